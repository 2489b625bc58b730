"""What the work asks of the outside. `storage` fulfils these; tests fulfil them with SQLite in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from handlers.records import (
    Audit,
    Call,
    Compartment,
    Delivery,
    Findings,
    Grant,
    Incident,
    Invitation,
    ListVersion,
    LogEntry,
    LogHead,
    LogKey,
    Message,
    Monitor,
    Note,
    Notice,
    Period,
    Person,
    Prompt,
    Proposal,
    Recording,
    Report,
    SavedFilter,
    SecondStep,
    Source,
    Status,
    Waiting,
    Work,
)

T = TypeVar("T")


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> float:
        """Give seconds since 1970."""
        ...


class Rows(Protocol[T]):
    """The rows of one kind. `key` is the value of the kind's primary key."""

    def add(self, record: T) -> None:
        """Add a row."""
        ...

    def add_new(self, record: T) -> bool:
        """Add a row unless one like it stands there already; say whether it was added."""
        ...

    def add_or_get(self, record: T, *, by: str) -> T:
        """Add a row, or give the one that has the same value in the column `by`, which is unique. Others are held off it until
        the end of the transaction."""
        ...

    def get(self, key: object, *, lock: bool = False) -> T:
        """Give a row; raise `NotFound`. `lock` holds others off it until the end of the transaction."""
        ...

    def first(self, *, lock: bool = False, **equal: object) -> T | None:
        """Give a row whose columns equal these, or None."""
        ...

    def all(self, **equal: object) -> list[T]:
        """Give every row whose columns equal these (a tuple: is one of them)."""
        ...

    def count(self, **equal: object) -> int:
        """Count the rows whose columns equal these."""
        ...

    def change(self, key: object, *, version: int | None = None, **values: object) -> None:
        """Change columns of a row. With `version`, raise `Conflict` if somebody changed it since, and count it up; without, raise
        `NotFound` if it is gone."""
        ...

    def remove(self, **equal: object) -> int:
        """Remove the rows whose columns equal these; say how many."""
        ...


class UnitOfWork(Protocol):
    """One transaction. Nothing stays unless `commit` is called."""

    @property
    def periods(self) -> Rows[Period]: ...
    @property
    def deliveries(self) -> Rows[Delivery]: ...
    @property
    def sources(self) -> Rows[Source]: ...
    @property
    def reports(self) -> Rows[Report]: ...
    @property
    def messages(self) -> Rows[Message]: ...
    @property
    def findings(self) -> Rows[Findings]: ...
    @property
    def notes(self) -> Rows[Note]: ...
    @property
    def incidents(self) -> Rows[Incident]: ...
    @property
    def proposals(self) -> Rows[Proposal]: ...
    @property
    def work(self) -> Rows[Work]: ...
    @property
    def statuses(self) -> Rows[Status]: ...
    @property
    def people(self) -> Rows[Person]: ...
    @property
    def grants(self) -> Rows[Grant]: ...
    @property
    def compartments(self) -> Rows[Compartment]: ...
    @property
    def audits(self) -> Rows[Audit]: ...
    @property
    def invitations(self) -> Rows[Invitation]: ...
    @property
    def second_steps(self) -> Rows[SecondStep]: ...
    @property
    def notices(self) -> Rows[Notice]: ...
    @property
    def saved_filters(self) -> Rows[SavedFilter]: ...
    @property
    def list_versions(self) -> Rows[ListVersion]: ...
    @property
    def monitors(self) -> Rows[Monitor]: ...
    @property
    def calls(self) -> Rows[Call]: ...
    @property
    def recordings(self) -> Rows[Recording]: ...
    @property
    def prompts(self) -> Rows[Prompt]: ...
    @property
    def waiting(self) -> Rows[Waiting]: ...
    @property
    def log_keys(self) -> Rows[LogKey]: ...
    @property
    def log_entries(self) -> Rows[LogEntry]: ...
    @property
    def log_heads(self) -> Rows[LogHead]: ...

    def apart(self) -> AbstractContextManager[object]:
        """Undo what is done within, and only that, if it raises."""
        ...

    def commit(self) -> None:
        """Make it stay: on return it is on disk."""
        ...

    def open_report_of(self, source_id: str, *, since_hour: int, monitor_id: str | None = None) -> Report | None:
        """Give the newest report of a source that is not closed, has news since then, and was told by this monitor, or none."""
        ...

    def asked_report_of(self, source_id: str, *, since_hour: int) -> tuple[Report, int] | None:
        """Give the report about which a person last wrote to a source since then, and the hour of that; None where nobody did."""
        ...

    def claim_work(self, work_id: str, *, now: int, lease: int) -> Work | None:
        """Take a piece of work that is due, or whose lease is over; None if another has it or it is done."""
        ...

    def recent_texts(self, *, since_hour: int, limit: int) -> Sequence[tuple[str, str]]:
        """Give (message id, report id) of the newest texts of sources since then, newest first, deleted reports left out."""
        ...

    def unfinished_in(self, period_id: str) -> int:
        """Count the messages of a period that are still to be triaged or answered, or texts to be sent."""
        ...

    def forget_pseudonyms(self, period_id: str) -> None:
        """Take the pseudonyms of a period off their sources, and remove the deliveries whose tags die with it."""
        ...

    def forget_deliveries(self, *, before_hour: int) -> None:
        """Remove the deliveries and statuses older than that."""
        ...

    def forget_period(self, period_id: str) -> None:
        """Remove all that is sealed to a period, and the reports and sources that nothing is left of."""
        ...


class Transact(Protocol):
    """Runs an act in a transaction and commits it, perhaps together with others. When it raises, nothing of the act stays."""

    def __call__(self, act: Callable[[UnitOfWork], T]) -> T:
        """Run the act; on return it is on disk."""
        ...


class Blobs(Protocol):
    """Sealed audio and pictures, by name. What is put is sealed already, in chunks of one length but the last; a name
    is letters, digits, dots and hyphens, and begins with a letter or digit."""

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Keep a blob, whole or not at all, in place of one of the same name; on return it is on disk. Raises `Unavailable`."""
        ...

    def get(self, name: str, *, first: int = 0) -> Iterator[bytes]:
        """Give a blob in the chunks that it was put in, from the chunk `first` on; raise `NotFound`."""
        ...

    def remove(self, name: str) -> None:
        """Remove a blob; one that is gone already is fine."""
        ...

    def names(self) -> Iterator[str]:
        """Give the name of every blob."""
        ...

    def tidy(self) -> None:
        """Remove what writers that were killed left half done."""
        ...


OpenUnit = Callable[[], AbstractContextManager[UnitOfWork]]
