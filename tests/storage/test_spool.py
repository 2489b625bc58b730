"""An event that the database could not take is kept, sealed, and taken in later: whole, once, whatever lies beside it."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from handlers.errors import SealError, Unavailable
from handlers.events import (
    CallEnded,
    CallStep,
    DeliveryState,
    DeliveryStatus,
    Event,
    InboundCall,
    InboundText,
    Media,
    OptOut,
    RecordingMade,
    Unrecognised,
    UssdStep,
)
from storage.spool import Spool

KEY = b"k" * 32
ANY = st.text(st.characters(), max_size=12)  # lone surrogates and NULs too: a careless gateway sends them
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
MADE = st.builds(
    RecordingMade,
    provider=ANY,
    call_id=ANY,
    reference=ANY,
    seconds=st.none() | st.integers(0, 900),
    state=st.sampled_from(["ready", "absent", "failed"]),
)
EVENTS = st.one_of(
    MADE,
    st.builds(
        CallStep,
        provider=ANY,
        provider_id=ANY,
        line=ANY,
        sender=ANY,
        step=ANY,
        token=ANY,
        keys=ANY,
        recording=st.none() | MADE,
        is_over=st.booleans(),
        is_ours=st.booleans(),
    ),
    st.builds(CallEnded, provider=ANY, provider_id=ANY, line=ANY, sender=ANY, seconds=st.none() | st.integers(0, 900)),
    st.builds(UssdStep, provider=ANY, provider_id=ANY, line=ANY, sender=ANY, inputs=ANY),
    st.builds(
        InboundText,
        provider=ANY,
        provider_id=st.none() | ANY,
        line=ANY,
        sender=ANY,
        text=ANY,
        channel=st.sampled_from(["sms", "whatsapp", "voice", "ussd"]),
        media=st.lists(st.builds(Media, content_type=ANY, reference=ANY), max_size=2).map(tuple),
        sent_at=MOMENTS,
        original=st.none() | ANY,
        reply_token=st.none() | ANY,
        keyword=st.sampled_from([None, "stop", "start", "help"]),
        forwarded=st.booleans(),
    ),
    st.builds(InboundCall, provider=ANY, provider_id=st.none() | ANY, line=ANY, sender=ANY),
    st.builds(DeliveryStatus, provider=ANY, provider_id=ANY, state=st.sampled_from(DeliveryState), reason=st.none() | ANY),
    st.builds(OptOut, provider=ANY, sender=ANY, lifted=st.booleans()),
    st.builds(
        Unrecognised,
        provider=ANY,
        provider_id=st.none() | ANY,
        door=ANY,
        why=ANY,
        fields=st.dictionaries(ANY, ANY, max_size=3) | st.dictionaries(ANY, ANY, max_size=2).map(MappingProxyType),
    ),
)


def a_text(text: str = "canary words", provider_id: str = "SM1") -> InboundText:
    return InboundText(provider="twilio", provider_id=provider_id, line="+12065550100", sender="+263770000011", text=text)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", KEY)


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "spool").iterdir())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(event=EVENTS)
def test_any_event_comes_back_as_it_was(spool: Spool, event: Event) -> None:
    came: list[Event] = []
    spool.put(event)

    assert spool.drain(came.append) == 1
    assert came == [event]
    assert spool.waiting() == 0


def test_events_come_back_in_the_order_they_came_and_once(spool: Spool) -> None:
    came: list[Event] = []
    for number in range(5):
        spool.put(a_text(str(number), f"SM{number}"))
    waiting = spool.waiting()

    assert (waiting, spool.drain(came.append), spool.drain(came.append)) == (5, 5, 0)
    assert [event.text for event in came if isinstance(event, InboundText)] == ["0", "1", "2", "3", "4"]


def test_an_empty_spool_needs_no_folder(spool: Spool, tmp_path: Path) -> None:
    assert (spool.waiting(), spool.drain(lambda _: None)) == (0, 0)
    assert not (tmp_path / "spool").exists()


def test_nothing_can_be_read_in_a_file_nor_from_its_name_nor_by_others(spool: Spool, tmp_path: Path) -> None:
    spool.put(a_text())

    (file,) = files(tmp_path)
    kept = file.read_bytes()
    assert not any(word in kept for word in (b"canary", b"263770000011", b"770000011", b"SM1", b"twilio", b"InboundText"))
    assert "SM1" not in file.name
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_another_key_opens_nothing_and_removes_nothing(spool: Spool, tmp_path: Path) -> None:
    spool.put(a_text())

    assert Spool(tmp_path / "spool", b"o" * 32).drain(lambda _: None) == 0
    assert spool.waiting() == 1


def test_a_damaged_file_is_left_and_does_not_stop_the_others(spool: Spool, tmp_path: Path) -> None:
    for number in range(4):
        spool.put(a_text(str(number), f"SM{number}"))
    empty, cut, renamed, _ = files(tmp_path)
    empty.write_bytes(b"")
    cut.write_bytes(cut.read_bytes()[:-1])
    renamed.rename(renamed.with_name("00000000000000000001-00.event"))
    came: list[Event] = []

    assert spool.drain(came.append) == 1
    assert [event.text for event in came if isinstance(event, InboundText)] == ["3"]
    assert spool.waiting() == 3


def test_a_file_of_another_version_is_left_for_a_person(spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("storage.spool._as_json", lambda _: {"a field": "that this version does not know"})
        spool.put(a_text())
    spool.put(a_text("good"))
    came: list[Event] = []

    assert spool.drain(came.append) == 1
    assert came == [a_text("good")]


def test_an_event_that_cannot_be_taken_in_does_not_stop_the_others_and_is_told_at_the_end(spool: Spool) -> None:
    for text in ("good", "poison", "also good", "poison too"):
        spool.put(a_text(text))
    came: list[str] = []

    def take_in(event: Event) -> None:
        assert isinstance(event, InboundText)
        if "poison" in event.text:
            raise SealError(event.text)
        came.append(event.text)

    with pytest.raises(SealError, match=r"^poison$"):
        spool.drain(take_in)

    assert came == ["good", "also good"]
    assert spool.waiting() == 2
    spool.drain(lambda _: None)  # once it is mended, they are taken in
    assert spool.waiting() == 0


def test_while_the_database_is_away_everything_is_left_and_nothing_is_tried_in_vain(spool: Spool) -> None:
    for text in ("one", "two"):
        spool.put(a_text(text))
    tried: list[Event] = []

    def take_in(event: Event) -> None:
        tried.append(event)
        raise OperationalError("", {}, Exception())

    with pytest.raises(OperationalError):
        spool.drain(take_in)

    assert (len(tried), spool.waiting()) == (1, 2)


def test_killed_after_taking_in_the_event_is_there_still(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    spool.put(a_text())
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", _killed)
        with pytest.raises(KeyboardInterrupt):
            spool.drain(lambda _: None)

    assert spool.waiting() == 1  # and intake knows it again


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("broken", ["open", "write", "fsync", "rename", "mkdir"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_disk_that_is_full_or_closed_is_told_and_leaves_no_half_file(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, code: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, "canary words")

    target = {"open": "os.open", "fsync": "os.fsync"}.get(broken)
    with monkeypatch.context() as patched:
        if target:
            patched.setattr(target, fail)
        elif broken == "write":
            patched.setattr("storage.spool.open", lambda descriptor, _mode: _FullFile(descriptor, code), raising=False)
        else:
            patched.setattr(Path, broken, fail)
        with pytest.raises(Unavailable) as raised:
            spool.put(a_text())

    assert "canary" not in str(raised.value)
    assert not (tmp_path / "spool").exists() or files(tmp_path) == []
    spool.put(a_text())
    assert spool.waiting() == 1


class _FullFile:
    """A file on a disk that is full."""

    def __init__(self, descriptor: int, code: int) -> None:
        self._descriptor, self._code = descriptor, code

    def __enter__(self) -> _FullFile:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def write(self, _: bytes) -> None:
        raise OSError(self._code, "no space")


def test_what_was_half_written_when_the_power_went_is_not_taken_for_an_event(spool: Spool, tmp_path: Path) -> None:
    spool.put(a_text())
    (whole,) = files(tmp_path)
    whole.rename(whole.with_suffix(".part"))

    assert (spool.waiting(), spool.drain(lambda _: None)) == (0, 0)


def test_file_and_folder_are_on_disk_before_it_returns(spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name[-5:])
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)

    spool.put(a_text())

    spool.put(a_text())

    assert synced == [tmp_path.name[-5:], *(".part", "spool") * 2]  # a new folder stands in another, which must know of it


def test_a_time_keeps_its_moment(spool: Spool) -> None:
    moment = datetime(2026, 11, 24, 12, 30, 15, 123456, tzinfo=UTC)
    came: list[Event] = []
    spool.put(InboundText(provider="x", provider_id=None, line="", sender="", text="", sent_at=moment))

    spool.drain(came.append)

    assert came[0].sent_at == moment  # type: ignore[union-attr]
