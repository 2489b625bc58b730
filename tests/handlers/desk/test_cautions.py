"""What a reply is warned of: what tells on a handset whom its owner wrote to, or about what."""

from __future__ import annotations

import pytest

from handlers.desk.cautions import Known, seal_of
from handlers.desk.findings import Found
from handlers.desk.private import Private
from handlers.reports import Evidence, Finding

TOLD = "Masoja arova vanhu vatatu paChirasika nhasi mangwanani"


def found(stage: str, words: str, label: str = "") -> Found:
    return Found(finding=Finding(stage=stage, value=words, label=label, evidence=(Evidence(start=0, end=1, words=words),)))


KNOWN = Known(
    texts=(TOLD,),
    found=(found("place", "paChirasika", "Chirasika (village, Marange)"), found("category", "arova")),
    private=(Private("Tendai Moyo", "name", "a name"),),
    names=("Pamberi Trust",),
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Thank you from Izwi.", "izwi"),
        ("The Kimberley Process will see it.", "kimberley"),
        ("pamberi trust is here.", "pamberi trust"),
        ("Is Tendai Moyo well?", "tendai moyo"),
        ("Was it kuChirasika?", "chirasika"),
        ("Who arova them?", "arova"),
        ("Ring 0712 000 033.", "0712 000 033"),
        ("You wrote: Masoja arova vanhu vatatu paChirasika nhasi mangwanani", "masoja"),
    ],
)
def test_what_gives_somebody_away_is_named(text: str, words: str) -> None:
    assert any(words in caution.words.casefold() for caution in KNOWN.cautions(text))


def test_a_short_neutral_text_is_warned_of_nothing() -> None:
    assert KNOWN.cautions("Tatenda. Zvakaitika rini? Zuva rakakwana. Dzimai meseji iyi.") == ()


def test_what_was_confirmed_holds_for_no_other_text_and_no_other_warning() -> None:
    one, other = KNOWN.cautions("Izwi."), KNOWN.cautions("Izwi, arova.")

    assert len({seal_of("Izwi.", one), seal_of("Izwi!", one), seal_of("Izwi.", other)}) == 3
