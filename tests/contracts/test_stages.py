"""What every triage stage is held to, whatever text comes."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.reports import Finding
from handlers.triage.lookups import Lookups
from handlers.triage.pipeline import STAGES, Stage, Telling, redacted, triage
from handlers.triage.reading import read
from tests.shipped import shipped_lookups

OWN_NAMES = {"language": {"language", "variety", "segment"}, "duplicates": {"duplicates", "forwarded"}}
PIECES = (
    "Masoja arova vanhu vatatu", "izvozvi", "kuChiadzwa", "0770000012", "my name is", "Tendai", "not", "killed", "in 2008",
    "63-1234567 A 42", "Fwd:", "\x00", "\u0301", "\ud800", "ﬁ", "İ", "ß", "\u202e", "😀", "$", "20", "stand",
    "va", "n'anga", "...",
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=400),
    st.text(alphabet=st.characters(), max_size=100),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=30).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=15).map("".join),
)


@pytest.fixture(scope="module")
def lookups() -> Lookups:
    return shipped_lookups()


def told(text: str, report: str = "r1") -> Telling:
    return Telling(
        id=report, report_id=report, source_id="s", text=text, channel="sms", received_at=datetime(2026, 11, 24, tzinfo=UTC)
    )


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_a_stage_shows_true_evidence_for_any_text(stage: Stage, lookups: Lookups, text: str) -> None:
    telling = told(text)
    so_far: tuple[Finding, ...] = ()
    reading = read(telling, lookups)
    for earlier in STAGES[: STAGES.index(stage)]:
        so_far += earlier.find(reading, lookups, so_far, ())

    findings = stage.find(reading, lookups, so_far, (told(text[::-1], "r2"), told(text, "r3")))

    for finding in findings:
        assert finding.stage in OWN_NAMES.get(stage.name, {stage.name})
        assert 0.0 <= finding.weight <= 1.0
        assert finding.value
        assert finding.reasons
        for item in finding.evidence:
            assert item.start < item.end
            assert telling.text[item.start : item.end] == item.words


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_triage_gives_the_same_for_the_same_and_a_priority_in_bounds(lookups: Lookups, text: str) -> None:
    recent = (told(text, "r2"), told("Soldiers came at night and took three men", "r3"))

    first, second = triage(told(text), lookups, recent), triage(told(text), lookups, recent)

    assert first == second
    assert 0 <= first.priority <= 100


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_what_is_redacted_is_gone_and_the_rest_stays(lookups: Lookups, text: str) -> None:
    findings = triage(told(text), lookups, ()).findings
    spans = sorted((item.start, item.end) for finding in findings if finding.stage == "redaction" for item in finding.evidence)

    shown = redacted(text, findings)

    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    if not spans:
        assert shown == text
    else:
        assert shown.startswith(text[: spans[0][0]])
        assert shown.endswith(text[spans[-1][1] :])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.sampled_from(["", "Call ", "fona ", "x"]),
    digits=st.integers(0, 99),
    gap=st.sampled_from(["", " ", "-", ".", " - "]),
)
def test_a_number_never_survives_redaction_whatever_its_spacing(lookups: Lookups, before: str, digits: int, gap: str) -> None:
    number = f"+26377{digits:07d}"
    text = before + " " + gap.join(number)

    shown = redacted(text, triage(told(text), lookups, ()).findings)

    assert not any(letter.isdigit() for letter in shown)


@pytest.mark.parametrize("piece", ["killed ", "a", "1", "1 ", "a@", "Mai Tendai ", "\x00", "ABC 1234 ", "kuChiadzwa "])
def test_a_megabyte_is_triaged_in_reasonable_time(piece: str, lookups: Lookups) -> None:
    text = (piece * (1_000_000 // len(piece)))[:200_000]  # a fifth of it, so that the suite stays quick

    assessment = triage(told(text), lookups, ())

    assert len(assessment.findings) < 200


def test_nothing_of_a_telling_shows_in_its_repr(lookups: Lookups) -> None:
    telling = told("Ndini Farai, 0770000012, kuChiadzwa")

    shown = repr(telling) + repr(read(telling, lookups)) + repr(triage(telling, lookups, ()))

    assert not any(word in shown for word in ("Farai", "0770000012", "farai", "Chiadzwa", "chiadzwa"))
