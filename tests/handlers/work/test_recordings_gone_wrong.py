"""What goes wrong on the way of a recording, and the clear state that each of it ends in."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.errors import ProviderError, Unavailable
from handlers.records import RecordingState, WorkKind, WorkState
from handlers.voice.terms import Rendered
from handlers.work.workbench import Outcome
from storage.blobs import FolderBlobs
from tests.handlers.work.voices import AWAY, MP3, NOT_YET, VOICE, Voices, sound_error, whole


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
