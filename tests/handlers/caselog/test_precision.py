from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.caselog.precision import BAND_TEXTS, TimeStep, coarsen_count, coarsen_person, coarsen_place, coarsen_time, time_step

PATH = (("Chirasika", "village"), ("Ward 29", "ward"), ("Mutare", "district"), ("Manicaland", "province"))
LATE = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)  # half past midnight of New Year's Day in Harare


def test_a_place_is_told_at_the_chosen_level() -> None:
    assert coarsen_place(PATH, "village") == ("Chirasika", "village")
    assert coarsen_place(PATH, "ward") == ("Ward 29", "ward")
    assert coarsen_place(PATH[:1] + PATH[2:], "ward") == ("Mutare", "district")
    assert coarsen_place((("Mukwada", "clinic"), *PATH[1:]), "ward") == ("Ward 29", "ward")


def test_a_place_without_a_way_up_is_not_told_finer_instead() -> None:
    with pytest.raises(ValueError, match="coarse"):
        coarsen_place(PATH[:1], "ward")
    with pytest.raises(ValueError, match=r".*"):
        coarsen_place(PATH, "galaxy")


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (TimeStep.HOUR, "2027-01-01, 00 h"),
        (TimeStep.DAY, "2027-01-01"),
        (TimeStep.WEEK, "week 53 of 2026"),
        (TimeStep.MONTH, "2027-01"),
        (TimeStep.YEAR, "2027"),
    ],
)
def test_a_time_is_told_at_the_chosen_step_in_the_time_of_zimbabwe(step: TimeStep, text: str) -> None:
    assert coarsen_time(LATE, step) == text


@given(st.datetimes(datetime(2006, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)), st.sampled_from(TimeStep))
def test_the_step_of_a_told_time_is_read_back(moment: datetime, step: TimeStep) -> None:
    assert time_step(coarsen_time(moment, step)) is step


def test_a_date_has_no_hour_and_a_time_has_a_zone() -> None:
    assert coarsen_time(date(2026, 11, 24), TimeStep.HOUR) == "2026-11-24"
    assert time_step("last week") is None
    with pytest.raises(ValueError, match="zone"):
        coarsen_time(LATE.replace(tzinfo=None), TimeStep.DAY)


def test_a_person_is_told_by_role_or_group_never_by_name() -> None:
    groups = {"soldier": "army"}

    assert coarsen_person("soldier", groups=groups, step="role") == "soldier"
    assert coarsen_person("soldier", groups=groups, step="group") == "army"
    assert coarsen_person("cook", groups=groups, step="group") == "a person"
    with pytest.raises(ValueError, match="role"):
        coarsen_person("soldier", groups=groups, step="name")


@pytest.mark.parametrize(
    ("count", "band"),
    [
        (None, "not known"),
        (-1, "not known"),
        (0, "none"),
        (1, "1 to 4"),
        (4, "1 to 4"),
        (5, "5 to 9"),
        (99, "50 to 99"),
        (100, "100 or more"),
    ],
)
def test_a_count_is_told_as_a_band(count: int | None, band: str) -> None:
    assert coarsen_count(count) == band
    assert band in BAND_TEXTS
