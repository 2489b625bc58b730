"""A record comes back as it was written; what is changed, locked and removed is that row and no other."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, get_type_hints

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from handlers import records
from handlers.errors import Conflict, NotFound
from handlers.records import Incident, Period, Person, Purpose, Report, Role, Source, Standing, Status, Work, WorkKind, WorkState
from handlers.reports import ReportState
from storage import tables
from storage.unit_of_work import SqlUnitOfWork

if TYPE_CHECKING:
    from tests.conftest import Rooms

KINDS = {
    name: get_type_hints(attribute.func)["return"].__args__[0]
    for name, attribute in vars(SqlUnitOfWork).items()
    if hasattr(attribute, "func")
}


def incident(name: str = "i1", hour: int = 5) -> Incident:
    return Incident(id=name, standing=Standing.LEAD, opened_hour=hour)


def report(name: str = "r1", **more: Any) -> Report:
    given = {"state": ReportState.OPEN, "priority": 1, "opened_hour": 1, "updated_hour": 1, "receipt_tag": None, **more}
    return Report(id=name, source_id="s1", **given)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_records_fields_are_its_tables_columns(name: str) -> None:
    table, kind = tables.metadata.tables[name], KINDS[name]

    assert {field.name for field in fields(kind)} == {column.name for column in table.columns}
    for column in table.columns:
        hint = str(get_type_hints(kind)[column.name])
        assert ("None" in hint) is bool(column.nullable), (name, column.name)


def test_every_table_has_a_repository() -> None:
    assert set(KINDS) == set(tables.metadata.tables)
    assert all(getattr(records, kind.__name__, None) is kind for kind in KINDS.values())


def test_records_come_back_as_they_were_written_with_their_words_bytes_and_gaps(rooms: Rooms) -> None:
    person = Person(
        id="p", login="farai", role=Role.ADMINISTRATOR, public_key=bytes(32), salt=b"\x00\xff" * 8, passes=3, memory=2**33,
        wrapped_private=bytes(range(256)), disabled=True, created_hour=497_000,
    )  # fmt: skip
    period = Period(id="report-1", purpose=Purpose.REPORT, opens_hour=1, closes_hour=25, intake_wrap=b"", desk_seal=None)
    work = Work(id="w", kind=WorkKind.SEND, subject_id="m", state=WorkState.RUNNING, due_at=2**40, payload=b"\x00", attempts=7)
    with rooms.writing() as unit:
        unit.people.add(person)
        unit.periods.add(period)
        unit.work.add(work)
        unit.commit()

    with rooms.reading() as unit:
        assert unit.people.get("p") == person
        assert unit.periods.get("report-1") == period
        assert unit.work.get("w") == work
        assert type(unit.work.get("w").state) is WorkState


def test_adding_twice_is_an_error_and_adding_anew_says_no(rooms: Rooms) -> None:
    with rooms.writing() as unit:
        first, again = unit.incidents.add_new(incident()), unit.incidents.add_new(incident(hour=9))
        assert (first, again, unit.incidents.get("i1").opened_hour) == (True, False, 5)
        with pytest.raises(IntegrityError):
            unit.incidents.add(incident())


def test_adding_anew_minds_every_thing_that_must_be_alone(rooms: Rooms) -> None:
    with rooms.writing() as unit:
        for name in ("a", "b"):
            status = Status(id=name, provider_tag=b"t", state="sent", reason=None, hour=1)
            assert unit.statuses.add_new(status) is (name == "a")


def test_rows_are_found_by_what_their_columns_equal(rooms: Rooms) -> None:
    with rooms.writing() as unit:
        for name, hour in (("a", 1), ("b", 2), ("c", 2)):
            unit.incidents.add(incident(name, hour))
        unit.work.add(Work(id="w", kind=WorkKind.SEND, subject_id="m"))

        assert [row.id for row in unit.incidents.all(opened_hour=2)] == ["b", "c"]
        assert [row.id for row in unit.incidents.all(opened_hour=(1, 2), id=("a", "c"))] == ["a", "c"]
        assert unit.incidents.all(opened_hour=()) == []
        assert (unit.incidents.count(), unit.incidents.count(opened_hour=2), unit.incidents.count(id="z")) == (3, 2, 0)
        assert unit.incidents.first(id="z") is None
        assert unit.incidents.first(standing=Standing.LEAD) is not None
        assert unit.work.first(payload=None, kind=WorkKind.SEND) is not None
        assert unit.work.count(kind=(WorkKind.SEND, WorkKind.ERASE)) == 1


def test_what_is_not_there_is_not_found_by_the_name_of_its_table_alone(rooms: Rooms) -> None:
    with rooms.writing() as unit:
        for attempt in (lambda: unit.incidents.get("secret-id"), lambda: unit.incidents.change("secret-id", opened_hour=1)):
            with pytest.raises(NotFound, match=r"^incidents$"):
                attempt()


def test_a_change_is_of_one_row_and_of_the_columns_named(rooms: Rooms) -> None:
    with rooms.writing() as unit:
        unit.incidents.add(incident("a"))
        unit.incidents.add(incident("b"))

        unit.incidents.change("a", standing=Standing.UNFOUNDED)

        assert (unit.incidents.get("a").standing, unit.incidents.get("a").opened_hour) == (Standing.UNFOUNDED, 5)
        assert unit.incidents.get("b").standing is Standing.LEAD


def test_a_change_of_what_was_changed_meanwhile_is_a_conflict(rooms: Rooms) -> None:
    with rooms.writing() as unit:
        unit.sources.add(Source(id="s1", period=None, pseudonym=None, contact=None, contact_period=None))
        unit.reports.add(report())
        unit.reports.change("r1", version=0, priority=5)

        with pytest.raises(Conflict):
            unit.reports.change("r1", version=0, priority=9)

        assert (unit.reports.get("r1").priority, unit.reports.get("r1").version) == (5, 1)
        unit.reports.change("r1", priority=7)  # without a version nobody is asked, and none is counted
        assert (unit.reports.get("r1").priority, unit.reports.get("r1").version) == (7, 1)


def test_removing_says_how_many_and_leaves_the_rest(rooms: Rooms) -> None:
    with rooms.writing() as unit:
        for name, hour in (("a", 1), ("b", 2), ("c", 2)):
            unit.incidents.add(incident(name, hour))

        assert (unit.incidents.remove(opened_hour=2), unit.incidents.remove(opened_hour=2)) == (2, 0)
        assert [row.id for row in unit.incidents.all()] == ["a"]


def test_a_locked_row_is_held_against_others(rooms: Rooms) -> None:
    if rooms.database.is_sqlite:
        pytest.skip("there the one writer holds everything")
    with rooms.writing() as unit:
        unit.incidents.add(incident())
        unit.commit()
    with rooms.writing() as unit, rooms.database.writing() as other:
        assert unit.incidents.get("i1", lock=True)

        free = other.execute(text("SELECT id FROM incidents FOR UPDATE SKIP LOCKED")).all()

    assert free == []
