"""What is wrong with the settings, in sentences for the operator that never hold a secret value."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo

PREFIX = "IZWI_"
_FROM_FILE = "_FILE"
_HARMLESS = re.compile(r"[A-Za-z0-9_.,:+/-]{1,40}")

Fields = Mapping[str, FieldInfo]


class SettingsError(ValueError):
    """Some settings are wrong; `problems` has one sentence for each of them."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def may_come_from_file(field: FieldInfo) -> bool:
    """Tell whether NAME_FILE may stand for NAME: for what is secret, or may hold a password."""
    return not field.repr or SecretStr.__name__ in str(field.annotation)


def from_files(fields: Fields, given: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Put the content of each NAME_FILE in the place of NAME, and say which could not be read."""
    values, problems = dict(given), []
    for field_name, field in fields.items():
        name = PREFIX + field_name.upper()
        path = values.pop(name + _FROM_FILE, "") if may_come_from_file(field) else ""
        if not path:
            continue
        if values.get(name):
            problems.append(f"{name} and {name}{_FROM_FILE}: expected one of the two, not both.")
            continue
        try:
            values[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            problems.append(f"{name}{_FROM_FILE}: expected a text file that this user can read.")
    return values, problems


def unknown_names(fields: Fields, given: Mapping[str, str]) -> list[str]:
    """Name what is set but is no setting, with the setting that was probably meant."""
    known = [PREFIX + name.upper() for name in fields]
    known += [PREFIX + name.upper() + _FROM_FILE for name, field in fields.items() if may_come_from_file(field)]
    problems = []
    for name in sorted(set(given) - set(known)):
        near = difflib.get_close_matches(name, known, n=1)
        problems.append(
            f"{name}: there is no such setting" + (f"; did you mean {near[0]}?" if near else "; see docs/settings.md.")
        )
    return problems


def wrong_values(fields: Fields, error: ValidationError, given: Mapping[str, str]) -> dict[str, str]:
    """Say for each field what was expected; what came is shown only where it cannot be secret."""
    problems: dict[str, str] = {}
    for each in error.errors(include_url=False, include_input=False):
        if each["type"] == "default_factory_not_called":
            continue  # its default is made from another setting, which is the wrong one
        field_name = str(each["loc"][0])
        name = PREFIX + field_name.upper()
        came = given.get(name, "")
        is_shown = not may_come_from_file(fields[field_name]) and _HARMLESS.fullmatch(came)
        expected = _expected(each["type"], each.get("ctx", {}))
        problems[field_name] = f"{name}: expected {expected}, not {came}." if is_shown else f"{name}: expected {expected}."
    return problems


def _expected(kind: str, context: Mapping[str, Any]) -> str:
    match kind:
        case "value_error":
            return str(context["error"])
        case "greater_than_equal":
            return f"{context['ge']} or more"
        case "less_than_equal":
            return f"{context['le']} or less"
        case "literal_error":
            return str(context["expected"]).replace("'", "")
        case "bool_parsing" | "bool_type":
            return "true or false"
        case _ if kind.startswith("int"):
            return "a whole number"
        case _:
            return "another kind of value"
