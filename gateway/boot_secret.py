"""The file of the boot secret: made once, read at each start."""

from __future__ import annotations

import os
from pathlib import Path

from handlers.errors import IzwiError
from handlers.protection.boot import BOOT_SECRET_BYTES, BootSecret


class NoBootSecret(IzwiError):
    """The boot secret cannot be had. The text is a sentence for the operator."""


def make_boot_secret(path: Path) -> None:
    """Make the file, readable by its owner alone; leave one that is there."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(os.urandom(BOOT_SECRET_BYTES).hex() + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_boot_secret(path: Path) -> BootSecret:
    """Read the file; raise `NoBootSecret` with what to do."""
    try:
        return BootSecret(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except FileNotFoundError:
        raise NoBootSecret(f"There is no boot secret at {path}: run ./izwi init, or set IZWI_BOOT_SECRET_FILE.") from None
    except (OSError, ValueError):
        raise NoBootSecret(f"The boot secret at {path} cannot be read: expected 64 hexadecimal digits.") from None
