"""The languages of the pages: gather their words, bring the catalogues up to date, and make them ready for use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click
from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config.settings import ROOT
from gateway.console.languages import CATALOGUE, FOLDER

_KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "marked": None}
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}}
# What these say to a person, they say in whole sentences, which the pages put into the language of the reader.
_SPEAK = ("handlers/desk", "handlers/caselog", "handlers/protection/unsealing.py", "gateway/lists", "storage/repositories.py")
_NOT_HERE = ("verify.py", "benching.py")  # these speak to a terminal
# What is looked for in what a browser says of itself, and other words that are no sentences.
_OTHERS = (
    "Weighing the texts of each hand by what the others taught ...",
    "Firefox/",
    "Edg/",
    "Chrome/",
    "Safari/",
    "iPhone",
    "iPad",
    "Mac OS",
    " on ",
)
# Tables whose values stand on pages.
_TABLES = (
    ("handlers/caselog/grading.py", ("SOURCE_GRADES", "INFORMATION_GRADES")),
    ("handlers/desk/incidents.py", ("STANDINGS",)),
    ("handlers/desk/drafts.py", ("KP_HOOKS",)),
    ("handlers/desk/office.py", ("KEY_GONE", "ALTERED")),
    ("handlers/desk/explaining.py", ("how_sure",)),
    ("gateway/console/access.py", ("_BROWSERS", "_SYSTEMS", "browser_name")),
)
HEAD = """\
# The words of Izwi's pages in {name}.
#
# MADE WITHOUT A SPEAKER: no speaker of {name} has checked this yet. Take away this line when one has, and say who and when.
# How to add to it or mend it: docs/languages.md.
#"""


@click.command()
@click.option("--new", "code", help="Begin a language by its code, such as nd, ndc or pt.")
def languages(code: str | None) -> None:
    """Gather the words of the pages, bring every catalogue up to date, and make it ready for use."""
    if code is not None:
        _begin(code)
    words = words_of_pages()
    for path in sorted(FOLDER.glob(f"*/{CATALOGUE}")):
        catalogue = read(path)
        catalogue.update(words, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.write_bytes(written(catalogue))
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        missing = sum(1 for message in catalogue if message.id and not is_translated(message.string))
        click.echo(f"{path.parents[1].name}: {len(catalogue)} sentences, {missing} still in English. {path.relative_to(ROOT)}")


def words_of_pages() -> Catalog:
    """Give every sentence that a page may show, with where it stands."""
    words = Catalog(project="Izwi", version="1", charset="utf-8", creation_date=datetime(2026, 1, 1, tzinfo=UTC))
    room = ROOT / "gateway" / "console"
    found = extract_from_dir(room, _METHODS, _OPTIONS, _KEYWORDS, strip_comment_tags=True)
    for name, _line, message, comments, context in found:
        words.add(message, locations=[(f"gateway/console/{name}", 0)], auto_comments=comments, context=context)
    for name in _SPEAK:
        for path in sorted((ROOT / name).rglob("*.py")) if (ROOT / name).is_dir() else [ROOT / name]:
            if path.name in _NOT_HERE:
                continue
            for sentence in _sentences(ast.parse(path.read_text(encoding="utf-8"))):
                words.add(sentence, locations=[(str(path.relative_to(ROOT)), 0)])
    for name, tables in _TABLES:
        for sentence in _values(ast.parse((ROOT / name).read_text(encoding="utf-8")), tables):
            words.add(sentence, locations=[(name, 0)])
    return words


def read(path: Path) -> Catalog:
    """Read a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=Locale.parse(path.parents[1].name), abort_invalid=True)


def written(catalogue: Catalog) -> bytes:
    """Give a catalogue as the file that a translator opens: in the order of its sentences, so that two can be compared."""
    stream = BytesIO()
    write_po(stream, catalogue, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return stream.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Give a catalogue as the pages load it."""
    stream = BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def is_translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    """Say whether a sentence has a translation, in all its forms."""
    return all(string) if isinstance(string, tuple | list) and string else bool(string)


def _begin(code: str) -> None:
    try:
        locale = Locale.parse(code)
    except (ValueError, UnknownLocaleError):
        raise click.ClickException(f"{code} is no code of a language that is known, such as nd, ndc or pt.") from None
    path = FOLDER / str(locale) / CATALOGUE
    if path.exists():
        raise click.ClickException(f"{code} is there already.")
    path.parent.mkdir(parents=True)
    head = HEAD.format(name=locale.get_display_name("en") or code)
    path.write_bytes(written(Catalog(locale=locale, header_comment=head, project="Izwi", version="1", charset="utf-8")))


def _sentences(tree: ast.Module) -> Iterator[str]:
    """Give the whole sentences that a module holds, but not its docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)
    }
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | parts:
            words = node.value
            if words[:1].isupper() and words.endswith((".", "?")) and " " in words and words not in _OTHERS:
                yield words


def _values(tree: ast.Module, names: tuple[str, ...]) -> Iterator[str]:
    """Give the words that these names of a module stand for: the values of tables, and what functions return."""
    for node in tree.body:
        targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets if isinstance(node, ast.Assign) else []
        is_named = any(isinstance(target, ast.Name) and target.id in names for target in targets)
        if isinstance(node, ast.Assign | ast.AnnAssign) and is_named and node.value is not None:
            held = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            yield from (words for value in held for words in _words(value))
        elif isinstance(node, ast.FunctionDef) and node.name in names:
            for part in node.body[1:]:
                yield from _words(part)


def _words(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value not in _OTHERS:
            yield part.value
