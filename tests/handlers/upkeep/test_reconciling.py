"""What no webhook brought is brought by the provider's list, once; one provider that is away delays no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from handlers.errors import ProviderError
from handlers.events import InboundText
from handlers.upkeep.reconciling import Reconciling
from tests.fakes import FakeClient
from tests.handlers.work.line import Line

AWAY = ProviderError("provider_down", permanent=False)


def a_text(provider_id: str, text: str = "Masoja arova vanhu") -> InboundText:
    return InboundText(provider="twilio", provider_id=provider_id, line="+12065550100", sender="+263770000011", text=text)


@pytest.fixture
def clients() -> dict[str, FakeClient]:
    return {"twilio": FakeClient(), "handset": FakeClient()}


@pytest.fixture
def reconciling(line: Line, clients: dict[str, FakeClient]) -> Reconciling:
    return Reconciling(
        clients={name: lambda client=client: client for name, client in clients.items()},
        take_in=partial(line.intake.take_in, from_list=True),
        clock=line.rooms.clock,
    )


def test_what_was_missed_is_taken_in_once(line: Line, reconciling: Reconciling, clients) -> None:
    line.intake.take_in(a_text("SM1"))
    clients["twilio"].listed = [a_text("SM1"), a_text("SM2")]

    first, second = reconciling.reconcile(), reconciling.reconcile()

    assert (first["twilio"], second["twilio"]) == ("1", "0")
    assert len(line.messages()) == 2


def test_a_webhook_that_comes_after_the_list_brings_nothing_new(line: Line, reconciling: Reconciling, clients) -> None:
    clients["twilio"].listed = [a_text("SM1")]
    reconciling.reconcile()

    line.intake.take_in(a_text("SM1"))

    assert len(line.messages()) == 1


def test_a_provider_that_is_away_is_said_so_and_delays_no_other(line: Line, reconciling: Reconciling, clients) -> None:
    clients["twilio"].listed = [AWAY]
    clients["handset"].listed = [a_text("SM2")]

    assert reconciling.reconcile() == {"twilio": "provider_down", "handset": "1"}


def test_what_came_before_a_list_broke_off_is_kept(line: Line, reconciling: Reconciling, clients) -> None:
    clients["twilio"].listed = [a_text("SM1"), AWAY, a_text("SM2")]

    reconciling.reconcile()

    assert len(line.messages()) == 1


def test_the_list_is_asked_for_the_last_two_days(line: Line, reconciling: Reconciling, clients) -> None:
    reconciling.reconcile()

    (since,) = clients["twilio"].asked_since
    assert datetime.fromtimestamp(line.rooms.clock.now, UTC) - since == timedelta(days=2)
