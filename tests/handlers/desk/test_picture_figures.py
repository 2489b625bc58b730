from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.desk.office import Unfinished
from handlers.desk.pictures.figures import (
    GONE,
    NO_PLACE,
    NOT_FOUND,
    OTHER,
    Figure,
    by_category,
    by_incident,
    by_place,
    by_time,
    by_waiting,
)
from handlers.desk.pictures.looking import Looked, Period, Seen
from handlers.desk.pictures.sharing import FEWER, banded, shared_figures
from handlers.desk.pictures.stock import Opened, Telling
from handlers.desk.pictures.strips import strips_of
from handlers.records import Standing
from handlers.reports import ReportState
from handlers.triage.gazetteer import KnownPlace
from handlers.triage.lookups import Category

KINDS = {
    code: Category(code, label, (), severity, False)
    for code, label, severity in (
        *(("KILL", "Killing", 40), ("BEAT", "Beating", 30), ("MINE", "Collapse", 28), ("DOG", "Dog", 26)),
        *(("RELO", "Relocation", 16), ("POLL", "Rivers", 14), ("EXTO", "Bribe", 12)),
    )
}
PLACES = {"chirasika-village": KnownPlace(id="chirasika-village", name="Chirasika", level="village", within="Marange")}
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
FIRST = NOVEMBER.hours[0]


def seen(
    *categories: str, at: int = FIRST, worked: int | None = None, state: ReportState = ReportState.OPEN, **more: object
) -> Seen:
    return Seen(at, state, worked, categories, **more)  # type: ignore[arg-type]  # what a test names


def looked(*reports: Seen, period: Period = NOVEMBER, incidents: tuple[Opened, ...] = (), now: int = FIRST + 720) -> Looked:
    return Looked(period, now, reports, incidents)


def told(figure: Figure) -> dict[str, tuple[str, ...]]:
    return {row.label: tuple(cell.text for cell in row.cells) for row in figure.rows}


def test_days_are_those_of_zimbabwe() -> None:
    before_midnight_in_utc = FIRST + 23

    figure = by_time(looked(seen("BEAT", at=before_midnight_in_utc), seen("BEAT", at=before_midnight_in_utc + 1)), KINDS)

    assert [row.cells[0].drawn for row in figure.rows[:3]] == [1, 1, 0]
    assert len(figure.rows) == 30 and figure.rows[0].label == "Sun 1 Nov 2026"


def test_a_report_stands_once_under_the_gravest_kind_that_it_tells_of() -> None:
    figure = by_time(looked(seen("EXTO", "KILL"), seen("EXTO")), KINDS)

    assert figure.heads == ("Bribe", "Killing")
    assert sum(cell.drawn for row in figure.rows for cell in row.cells) == 2
    assert told(by_category(looked(seen("EXTO", "KILL"), seen("EXTO")), KINDS)) == {"Bribe": ("2",), "Killing": ("1",)}


def test_only_a_few_kinds_have_a_colour_of_their_own() -> None:
    figure = by_time(looked(*(seen(code) for code in KINDS), seen(), seen(is_readable=False)), KINDS)

    assert len(figure.heads) == 8 and figure.heads[5:] == (OTHER, NOT_FOUND, GONE)
    assert sum(cell.drawn for cell in figure.rows[0].cells) == 9


def test_a_long_period_is_told_by_week() -> None:
    figure = by_time(looked(seen("BEAT"), period=Period(date(2026, 9, 1), date(2026, 11, 30))), KINDS)

    assert figure.title == "Reports by week" and len(figure.rows) == 13
    assert figure.rows[-1].label == "Tue 24 Nov 2026 to Mon 30 Nov 2026"


def test_where_nothing_was_found_is_counted_too() -> None:
    reports = looked(seen(places=("chirasika-village",)), seen(), seen(is_readable=False))

    assert told(by_place(reports, PLACES)) == {"Chirasika (village, Marange)": ("1",), NO_PLACE: ("1",)}
    assert told(by_category(reports, KINDS)) == {NOT_FOUND: ("2",), GONE: ("1",)}


def test_waiting_ends_when_somebody_begins_and_goes_on_where_nobody_has() -> None:
    figure = by_waiting(
        looked(
            seen(worked=FIRST),
            seen(worked=FIRST + 5),
            seen(worked=FIRST + 100),
            seen(),
            seen(state=ReportState.LOGGED),
            now=FIRST + 30,
        )
    )

    assert told(figure)["Within the hour"] == ("1", "0")
    assert told(figure)["4 to 11 hours"] == ("1", "0")
    assert told(figure)["1 to 2 days"] == ("0", "1")
    assert told(figure)["3 to 6 days"] == ("1", "0")
    assert figure.remarks == ("Of those that somebody began on, half waited 5 hours or less.",)


def test_incidents_stand_in_the_week_in_which_they_were_begun() -> None:
    incidents = (Opened(FIRST, Standing.LEAD), Opened(FIRST + 24 * 8, Standing.CORROBORATED))

    figure = by_incident(looked(incidents=incidents))

    assert figure.heads == ("Lead", "Corroborated")
    assert [[cell.drawn for cell in row.cells] for row in figure.rows[:2]] == [[1, 0], [0, 1]]


def test_a_period_is_no_longer_than_a_year_and_does_not_run_backwards() -> None:
    with pytest.raises(Unfinished, match="more than a year"):
        Period(date(2025, 1, 1), date(2026, 2, 1))
    with pytest.raises(Unfinished, match="the other way round"):
        Period(date(2026, 2, 1), date(2026, 1, 1))
    assert Period(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=365)).days == 366


@given(st.integers(0, 10_000))
def test_no_small_count_is_told_and_the_others_are_rounded(count: int) -> None:
    cell = banded(count)

    if count < 5:
        assert (cell.text, cell.drawn, cell.is_banded) == (FEWER, banded(0).drawn, True)
    else:
        assert cell.drawn % 5 == 0 and abs(cell.drawn - count) <= 2 and cell.text == f"about {cell.drawn:,.0f}"


def test_what_is_shared_names_no_place_and_no_kind_that_few_told_of() -> None:
    reports = looked(*(seen("BEAT", places=("chirasika-village",)) for _ in range(4)), *(seen("EXTO") for _ in range(7)))

    shared = {figure.name: figure for figure in shared_figures(reports, KINDS, PLACES)}

    assert told(shared["kinds"]) == {"Bribe": ("about 5",)}
    assert told(shared["places"]) == {NO_PLACE: ("about 5",)}
    assert FEWER in shared["places"].remarks[0]
    assert shared["time"].title == "Reports by week" and shared["time"].heads == ("Reports",)
    assert told(shared["incidents"])["Lead"] == (FEWER,)


def test_an_incident_is_a_line_from_its_first_report_to_its_last() -> None:
    tellings = (
        Telling("b" * 24, Standing.LEAD, FIRST + 24 * 9),
        Telling("a" * 24, Standing.CORROBORATED, FIRST + 24 * 3 + 1),
        Telling("a" * 24, Standing.CORROBORATED, FIRST + 24 * 3),
        Telling("a" * 24, Standing.CORROBORATED, FIRST),
        *(Telling(f"{number:024x}", Standing.LEAD, FIRST) for number in range(20)),
    )

    found = strips_of(Looked(NOVEMBER, FIRST, (), (), tellings))

    assert [strip.name for strip in found.strips[:2]] == ["incident BBBB", "incident AAAA"]
    assert found.strips[1].days == ((date(2026, 11, 1), 1), (date(2026, 11, 4), 2)) and found.strips[1].count == 3
    assert (len(found.strips), found.left_out) == (14, 8)
