"""What the triage tests share: the lists as shipped, and a telling made in one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.example_lines import Learned
from handlers.triage.lookups import Lookups, build_lookups
from handlers.triage.pipeline import Telling
from tests.shipped import shipped_lists, shipped_lookups

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def lookups() -> Lookups:
    """The lists alone: what a line does is shown without what the examples would say to it."""
    return build_lookups(replace(shipped_lists(), learned=Learned()))


@pytest.fixture(scope="session")
def taught() -> Lookups:
    """The lists with what was learned from the examples, as they ship."""
    return shipped_lookups()


@pytest.fixture
def tell() -> Callable[..., Telling]:
    def make(text: str, *, report: str = "r1", source: str | None = None, at: datetime = NOON) -> Telling:
        return Telling(id=f"m-{report}", report_id=report, source_id=source, text=text, channel="sms", received_at=at)

    return make
