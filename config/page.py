"""The page about the settings, made from the class (`python -m config.page > docs/settings.md`), so that the two agree."""

from __future__ import annotations

import sys

from pydantic.fields import FieldInfo

from config.desk_settings import DeskSettings
from config.problems import PREFIX, may_come_from_file
from config.settings import ROOT, Settings

_INTRODUCTION = """# Settings

Every setting is an environment variable, and none is needed for `./izwi demo`. `./izwi check` says all that is wrong or weak
with them at once. A name that begins with `IZWI_` and is not on this page is reported too, so that no slip of the pen
passes unseen.

- A value that is secret, or may hold a password, is marked ° and can also be given in a file, by the name with `_FILE` after it:
  `IZWI_TWILIO_AUTH_TOKEN_FILE=/run/secrets/token`. No error and no log ever shows it.
- An empty value counts as not set. Lists have commas between. True or false may also be written 1 or 0, yes or no, on or off.
- A relative path begins at the folder that the command is run in.
- What belongs together must be set together: all of Twilio's account and token, of Africa's Talking's user name, key and secret,
  of the handset's login, password and signing key, of the forwarding address and its secret.

| name | default | meaning | example |
|---|---|---|---|
"""


def page() -> str:
    """Give the whole page, one row for each setting."""
    fields = sorted(Settings.model_fields.items(), key=lambda item: item[0] in DeskSettings.model_fields)
    rows = [_row(name, field) for name, field in fields]
    return _INTRODUCTION + "\n".join(rows) + "\n"


def _row(name: str, field: FieldInfo) -> str:
    mark = "°" if may_come_from_file(field) else ""
    example = (field.examples or [""])[0]
    return f"| `{PREFIX}{name.upper()}`{mark} | {_default(name, field)} | {field.description} | `{example}` |"


def _default(name: str, field: FieldInfo) -> str:
    default = getattr(Settings(), name) if field.default_factory else field.default
    if default is None or default == ():
        return "not set"
    words = ",".join(default) if isinstance(default, tuple) else str(default)
    words = words.lower() if isinstance(default, bool) else words
    return f"`{words.replace(f'{ROOT}/', '')}`"


if __name__ == "__main__":
    sys.stdout.write(page())
