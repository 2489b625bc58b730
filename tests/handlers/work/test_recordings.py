"""A recording is fetched and disguised once, whatever happens on the way: the original sealed, the voice nobody's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from handlers.errors import KeyDestroyed, ProviderError, SealError, Unavailable
from handlers.ports import OpenUnit
from handlers.protection.blob_sealing import SealedBlob
from handlers.protection.sealing import Place, open_sealed
from handlers.records import Purpose, RecordingKind, RecordingState, WorkKind, WorkState
from handlers.reports import ReportState
from handlers.voice.terms import Rendered
from handlers.work.workbench import Outcome, lease_of
from storage.blobs import FolderBlobs
from tests.fakes import Killed, killed_before_commit
from tests.handlers.work.line import Line
from tests.handlers.work.voices import MP3, VOICE, Voices, sound_error

AWAY = ProviderError("provider_down", permanent=False)
NOT_YET = ProviderError("not_yet", permanent=False)
JPEG = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def voices(line: Line, tmp_path: Path) -> Voices:
    return Voices(line, tmp_path / "blobs")


@pytest.fixture
def each_voices(each_line: Line, tmp_path: Path) -> Voices:
    return Voices(each_line, tmp_path / "blobs")


def whole(voices: Voices) -> None:
    """See that there is one of everything, and that it is all there."""
    recording = voices.one()
    assert recording.state is RecordingState.DISGUISED
    assert voices.files() == ["disguised", "original"]
    assert (voices.original(), voices.disguised()) == (VOICE, MP3)
    assert voices.work(WorkKind.FETCH) == voices.work(WorkKind.DISGUISE) == []
    erasing = [work for work in voices.work(WorkKind.ERASE) if work.subject_id == recording.id]
    assert len(erasing) == 1


def test_what_was_said_is_fetched_sealed_and_disguised(each_voices: Voices) -> None:
    voices = each_voices
    voices.say()
    voices.line.do(WorkKind.TRIAGE)

    assert voices.do(WorkKind.FETCH) == [Outcome.DONE]
    assert voices.one().state is RecordingState.FETCHED
    assert voices.do(WorkKind.DISGUISE) == [Outcome.DONE]

    whole(voices)
    assert voices.telephony.asked == [("RE1", "CA1")]
    assert voices.renders.heard == [VOICE]
    known = voices.known()
    assert (known["seconds"], known["waveform"], known["silences"]) == (42.4, [[-10, 20], [-50, 60]], [[3.0, 4.5]])
    assert (known["size"], known["manner"]) == (len(VOICE), "usual")
    report = voices.line.report()
    assert (report.news, report.state) == (True, ReportState.OPEN)


def test_nothing_of_a_voice_lies_anywhere_in_the_clear(voices: Voices, tmp_path: Path) -> None:
    voices.say("REcanary")
    voices.finish()

    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (VOICE[:24], MP3[:20], b"REcanary", b"nobody", b"somebody"):
        assert secret not in everything


def test_after_the_disguise_the_gateway_opens_the_original_no_more(each_voices: Voices) -> None:
    voices = each_voices
    voices.say()
    voices.do(WorkKind.FETCH)
    recording, keyring = voices.one(), voices.line.rooms.keyring
    place = Place("recordings", "original_key", recording.id, recording.original_period or "")
    key = open_sealed(keyring.key(recording.original_period or ""), recording.original_key or b"", place)
    assert SealedBlob(voices.blobs, recording.original_blob, key).whole() == VOICE

    voices.do(WorkKind.DISGUISE)

    after = voices.one()
    sealed = open_sealed(keyring.key(after.original_period or ""), after.original_key or b"", place)
    assert sealed != key
    assert key not in sealed
    with pytest.raises((SealError, Exception)):
        SealedBlob(voices.blobs, after.original_blob, sealed).whole()
    assert voices.original() == VOICE  # the desk does


def test_what_was_disguised_is_erased_at_the_provider(each_voices: Voices) -> None:
    voices = each_voices
    voices.say()
    voices.do(WorkKind.FETCH)
    assert voices.work(WorkKind.ERASE) == []

    voices.do(WorkKind.DISGUISE, WorkKind.ERASE)

    assert voices.telephony.erased == [("RE1", "CA1")]
    assert voices.work(WorkKind.ERASE) == []


def test_nothing_is_erased_where_that_is_not_wanted(sqlite_rooms: Any, tmp_path: Path) -> None:
    voices = Voices(Line(sqlite_rooms, erase_at_provider=False), tmp_path / "blobs")
    voices.say()
    voices.finish()

    assert voices.work(WorkKind.ERASE) == []


# --- what is attached to texts ---


def test_what_is_attached_to_a_text_is_fetched_and_then_erased_with_the_text(each_voices: Voices) -> None:
    voices = each_voices
    voices.send("audio/ogg; codecs=opus", "image/jpeg")
    kinds = {recording.kind for recording in voices.all()}
    voices.line.do(WorkKind.TRIAGE)
    assert voices.line.report().priority == 40  # nobody knows yet what it says
    voices.line.rooms.clock.go_on(seconds=700)
    voices.do(WorkKind.ERASE)
    assert (voices.line.client.erased, voices.work(WorkKind.ERASE)) == ([], [])  # it would take along what is not here yet

    voices.telephony.fetches = [VOICE, JPEG]
    voices.finish()
    voices.line.rooms.clock.go_on(seconds=700)
    voices.do(WorkKind.ERASE)

    assert kinds == {RecordingKind.VOICE_NOTE, RecordingKind.PICTURE}
    assert {recording.state for recording in voices.all()} == {RecordingState.DISGUISED, RecordingState.KEPT}
    assert voices.line.client.erased == ["MM1"]


def test_the_same_text_again_announces_nothing_new(voices: Voices) -> None:
    voices.send("audio/ogg")
    voices.made = 0
    voices.send("audio/ogg")

    assert len(voices.all()) == len(voices.work(WorkKind.FETCH)) == 1


@pytest.mark.parametrize(
    ("claimed", "data", "kind", "state"),
    [
        ("image/jpeg", JPEG, RecordingKind.PICTURE, RecordingState.KEPT),
        ("audio/ogg", JPEG, RecordingKind.PICTURE, RecordingState.KEPT),
        ("audio/ogg", b"%PDF-1.7", RecordingKind.OTHER, RecordingState.KEPT),
        ("image/png", VOICE, RecordingKind.VOICE_NOTE, RecordingState.DISGUISED),
        ("video/mp4", VOICE, RecordingKind.VOICE_NOTE, RecordingState.DISGUISED),
        ("", VOICE, RecordingKind.VOICE_NOTE, RecordingState.DISGUISED),
    ],
)
def test_a_claim_of_the_sender_counts_until_it_is_here(voices: Voices, claimed: str, data: bytes, kind: Any, state: Any) -> None:
    voices.send(claimed)
    voices.telephony.fetches = [data]

    voices.finish()

    assert (voices.one().kind, voices.one().state) == (kind, state)
    assert voices.original() == data
    assert voices.renders.heard == ([data] if state is RecordingState.DISGUISED else [])


# --- what goes wrong, and how it ends ---


def test_a_provider_that_is_away_is_asked_again_and_the_page_can_say_so(voices: Voices) -> None:
    voices.say()
    voices.telephony.fetches = [AWAY]

    first = voices.do(WorkKind.FETCH)
    noted = voices.one()
    voices.line.rooms.clock.go_on(seconds=5)
    voices.finish()

    assert (first, noted.state, noted.reason) == ([Outcome.LATER], RecordingState.ANNOUNCED, "provider_down")
    whole(voices)
    assert voices.one().reason is None


@pytest.mark.parametrize(
    ("error", "state", "longest"),
    [
        (ProviderError("not_theirs", permanent=True), RecordingState.REFUSED, 0),
        (ProviderError("too_large", permanent=True), RecordingState.REFUSED, 0),
        (ProviderError("gone", permanent=True), RecordingState.ABSENT, 0),
        (ProviderError("rejected", permanent=True), RecordingState.ABSENT, 0),
        (NOT_YET, RecordingState.ABSENT, 24),
        (ProviderError("timeout", permanent=False), RecordingState.REFUSED, 24),
        (AWAY, RecordingState.ABSENT, 24 * 7),
        (ProviderError("credentials", permanent=False), RecordingState.ABSENT, 24 * 7),
    ],
)
def test_what_never_comes_ends_in_a_clear_state(
    voices: Voices, error: ProviderError, state: RecordingState, longest: int
) -> None:
    voices.say()
    voices.telephony.fetches = [error] * 100
    began = voices.line.rooms.clock.now

    while voices.work(WorkKind.FETCH):
        voices.line.rooms.clock.now = max(voices.line.rooms.clock.now, float(voices.work(WorkKind.FETCH)[0].due_at))
        voices.do(WorkKind.FETCH)

    recording = voices.one()
    assert (recording.state, recording.reason) == (state, error.reason)
    assert (recording.original_key, recording.original_period) == (None, None)
    assert voices.files() == []
    assert voices.line.rooms.clock.now - began <= longest * 3600
    assert (longest < 48) or voices.line.rooms.clock.now - began > 48 * 3600
    assert voices.line.report().news
    assert voices.work(WorkKind.DISGUISE) == voices.work(WorkKind.ERASE) == []


def test_a_text_whose_attachment_was_refused_is_left_at_the_provider(voices: Voices) -> None:
    voices.send("audio/ogg")
    voices.line.do(WorkKind.TRIAGE)
    voices.telephony.fetches = [ProviderError("too_large", permanent=True)]
    voices.finish()
    voices.line.rooms.clock.go_on(hours=1)

    voices.do(WorkKind.ERASE)

    assert voices.line.client.erased == []


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("corrupt", RecordingState.UNREADABLE),
        ("not_audio", RecordingState.UNREADABLE),
        ("bomb", RecordingState.UNREADABLE),
        ("too_long", RecordingState.UNREADABLE),
        ("memory", RecordingState.UNREADABLE),
        ("empty", RecordingState.SILENT),
    ],
)
def test_what_nothing_can_play_is_kept_sealed_and_said_so(each_voices: Voices, reason: str, state: RecordingState) -> None:
    voices = each_voices
    voices.say()
    voices.renders.outcomes = [sound_error(reason)]

    voices.finish()

    assert (voices.one().state, voices.one().reason) == (state, reason)
    assert (voices.files(), voices.original()) == (["original"], VOICE)
    assert len(voices.work(WorkKind.ERASE)) == 1


@pytest.mark.parametrize(
    "rendered",
    [
        Rendered(mp3=b"", seconds=0.0, waveform=(), silences=()),
        Rendered(mp3=MP3, seconds=5.0, waveform=((0, 0),), silences=((0.0, 4.9),)),
    ],
)
def test_silence_is_called_silence(voices: Voices, rendered: Rendered) -> None:
    voices.say()
    voices.renders.outcomes = [rendered]

    voices.finish()

    assert voices.one().state is RecordingState.SILENT
    assert (voices.files(), voices.original()) == (["original"], VOICE)
    assert voices.line.report().priority < 40


def test_a_busy_machine_is_given_time_but_not_for_ever(voices: Voices) -> None:
    voices.say()
    voices.renders.outcomes = [sound_error("timeout", permanent=False)] * 20
    voices.do(WorkKind.FETCH)
    tries = 0

    while voices.work(WorkKind.DISGUISE):
        voices.line.rooms.clock.now = max(voices.line.rooms.clock.now, float(voices.work(WorkKind.DISGUISE)[0].due_at))
        voices.do(WorkKind.DISGUISE)
        tries += 1

    assert (tries, voices.one().state, voices.one().reason) == (7, RecordingState.UNREADABLE, "timeout")
    assert voices.original() == VOICE


def test_a_blob_that_is_lost_or_altered_is_said_so(voices: Voices) -> None:
    voices.say("RE1")
    voices.say("RE2")
    voices.do(WorkKind.FETCH)
    lost, altered = voices.all()
    voices.blobs.remove(lost.original_blob)
    path = voices.folder / altered.original_blob
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    voices.do(WorkKind.DISGUISE)

    found = {recording.id: (recording.state, recording.reason) for recording in voices.all()}
    assert found == {lost.id: (RecordingState.ABSENT, "lost"), altered.id: (RecordingState.UNREADABLE, "altered")}


@pytest.mark.parametrize("kind", [WorkKind.FETCH, WorkKind.DISGUISE])
def test_a_full_disk_delays_and_loses_nothing(voices: Voices, kind: WorkKind) -> None:
    class Full(FolderBlobs):
        def put(self, name: str, chunks: Any) -> None:
            raise Unavailable("full")

    voices.say()
    if kind is WorkKind.DISGUISE:
        voices.do(WorkKind.FETCH)
    voices.equip(blobs=Full(voices.folder))

    assert voices.do(kind) == [Outcome.LATER]
    (work,) = voices.work(kind)
    assert (work.state, work.reason) == (WorkState.DUE, "no_room")

    voices.equip()
    voices.line.rooms.clock.go_on(hours=1)
    voices.finish()
    whole(voices)


# --- killed, twice, at once ---


def kills(voices: Voices) -> Iterator[tuple[str, WorkKind, dict[str, Any]]]:
    """Give the parts that kill a worker at each step between a hang-up and the disguise."""

    class DiesBefore(FolderBlobs):
        def put(self, name: str, chunks: Any) -> None:
            raise Killed

    class DiesAfter(FolderBlobs):
        def put(self, name: str, chunks: Any) -> None:
            super().put(name, chunks)
            raise Killed

    writing = voices.line.rooms.writing
    for kind, commits in ((WorkKind.FETCH, 2), (WorkKind.DISGUISE, 1)):
        for number in range(1, commits + 1):
            yield f"before commit {number}", kind, {"writing": killed_at(writing, number)}
        yield "before the blob", kind, {"blobs": DiesBefore(voices.folder)}
        yield "after the blob", kind, {"blobs": DiesAfter(voices.folder)}
    for number in (1, 2):
        yield f"after commit {number}", WorkKind.FETCH, {"writing": killed_after(writing, number)}
    yield "after commit 1", WorkKind.DISGUISE, {"writing": killed_after(writing, 1)}


def killed_at(opening: OpenUnit, number: int) -> OpenUnit:
    count = 0

    def is_now() -> bool:
        nonlocal count
        count += 1
        return count == number

    return killed_before_commit(opening, when=is_now)


def killed_after(opening: OpenUnit, number: int) -> OpenUnit:
    count = 0

    @contextmanager
    def open_unit() -> Iterator[Any]:
        nonlocal count
        with opening() as unit:
            commit = unit.commit

            def die() -> None:
                nonlocal count
                commit()
                count += 1
                if count == number:
                    raise Killed

            unit.commit = die  # type: ignore[method-assign]
            yield unit

    return open_unit


@pytest.mark.parametrize("step", range(10))
def test_killed_between_any_two_steps_it_is_whole_afterwards(each_voices: Voices, step: int) -> None:
    voices = each_voices
    voices.say()
    _, kind, parts = list(kills(voices))[step]
    if kind is WorkKind.DISGUISE:
        voices.do(WorkKind.FETCH)
    voices.equip(**parts)
    with pytest.raises(Killed):
        voices.do(kind)

    again = voices.in_another_process()
    for _ in range(3):
        again.line.rooms.clock.go_on(seconds=lease_of(WorkKind.DISGUISE))
        again.do(WorkKind.FETCH, WorkKind.DISGUISE)

    whole(again)


def test_ten_ways_to_be_killed_are_tried(voices: Voices) -> None:
    assert len(list(kills(voices))) == 10


@pytest.mark.parametrize("kind", [WorkKind.FETCH, WorkKind.DISGUISE])
def test_done_twice_it_has_one_effect(each_voices: Voices, kind: WorkKind) -> None:
    voices = each_voices
    voices.say()
    if kind is WorkKind.DISGUISE:
        voices.do(WorkKind.FETCH)
    (work,) = voices.work(kind)

    for _ in range(2):
        voices.line.bench._doers[kind](work)
    voices.finish()

    whole(voices)


@pytest.mark.parametrize("kind", [WorkKind.FETCH, WorkKind.DISGUISE])
def test_two_workers_at_once_leave_what_opens(each_voices: Voices, kind: WorkKind) -> None:
    voices = each_voices
    voices.say()
    if kind is WorkKind.DISGUISE:
        voices.do(WorkKind.FETCH)
    (work,) = voices.work(kind)
    together = threading.Barrier(2)

    class Together(FolderBlobs):
        def put(self, name: str, chunks: Any) -> None:
            together.wait(10)
            super().put(name, chunks)

    voices.equip(blobs=Together(voices.folder))
    threads = [threading.Thread(target=voices.line.bench._doers[kind], args=(work,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    voices.equip()
    voices.finish()

    whole(voices)


def test_a_recording_that_is_deleted_while_it_is_worked_on_stays_deleted(each_voices: Voices) -> None:
    voices = each_voices
    voices.say()
    (work,) = voices.work(WorkKind.FETCH)
    fetch = voices.line.bench._doers[WorkKind.FETCH]
    voices.telephony.fetches = [VOICE]

    class Deletes(FolderBlobs):
        def put(self, name: str, chunks: Any) -> None:
            super().put(name, chunks)
            voices.line.delete_report()

    voices.equip(blobs=Deletes(voices.folder))
    voices.line.bench._doers[WorkKind.FETCH](work)

    assert fetch is not None
    assert (voices.all(), voices.work(WorkKind.FETCH), voices.work(WorkKind.DISGUISE)) == ([], [], [])


def test_a_wrong_key_of_the_gateway_says_so(voices: Voices) -> None:
    voices.say()
    voices.do(WorkKind.FETCH)
    with voices.line.rooms.writing() as unit:
        unit.periods.change(voices.one().original_period, intake_wrap=None)
        unit.commit()
    again = voices.in_another_process()

    assert again.do(WorkKind.DISGUISE) == [Outcome.FAILED]
    (work,) = again.work(WorkKind.DISGUISE)
    assert (work.reason, again.one().state) == ("key_destroyed", RecordingState.FETCHED)
    with pytest.raises(KeyDestroyed):
        again.line.rooms.keyring.key(again.one().original_period or "")
    assert again.original() == VOICE  # the desk can have it disguised all the same
    assert again.line.rooms.keyring.current(Purpose.REPORT)
