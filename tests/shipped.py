"""The lists that ship, read once for all tests of a process."""

from __future__ import annotations

from config.lists import Lists
from config.settings import ROOT
from gateway.lists.merging import compile_lists
from handlers.triage.lookups import Lookups


def shipped_lists() -> Lists:
    """Give the lists."""
    return compile_lists(ROOT / "config", {}).lists


def shipped_lookups() -> Lookups:
    """Give what triage looks things up in."""
    return compile_lists(ROOT / "config", {}).lookups
