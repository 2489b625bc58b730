import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

from config.settings import ROOT

ROOMS = ("gateway", "handlers", "storage", "config")
LONGEST_FUNCTION = 40
LONGEST_FILE = 300
# path or path:function -> the reason why it may be longer
_SCHEMA = "storage/migrations/versions/0001_the_first_schema.py"
EXCEPTIONS = {
    "handlers/caselog/verify.py": "handed to outsiders as one file that needs nothing else, so it cannot be split",
    _SCHEMA: "a snapshot of the whole schema, table after table, which no later change may touch",
    f"{_SCHEMA}:upgrade": "the same",
    f"{_SCHEMA}:downgrade": "the same",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def functions() -> Iterator[tuple[str, Function]]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function):
                yield f"{path.relative_to(ROOT)}:{node.name}", node


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def is_annotated(function: Function) -> bool:
    spec = function.args
    named = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, *filter(None, [spec.vararg, spec.kwarg])]
    return function.returns is not None and all(each.annotation or each.arg in ("self", "cls") for each in named)


def test_no_function_is_longer_than_can_be_seen_at_once() -> None:
    lengths = {name: length(function) for name, function in functions()}
    print(f"median function: {statistics.median(lengths.values())} lines of {len(lengths)} functions")  # noqa: T201

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION and name not in EXCEPTIONS} == {}


def test_no_file_is_longer_than_can_be_held_in_the_head() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    print(f"median file: {statistics.median(lengths.values())} lines of {len(lengths)} files")  # noqa: T201

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE and name not in EXCEPTIONS} == {}


def test_everything_is_annotated() -> None:
    assert [name for name, function in functions() if not is_annotated(function)] == []
