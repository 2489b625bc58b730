"""A recording is fetched and disguised once, whatever happens on the way: the original sealed, the voice nobody's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from handlers.errors import SealError
from handlers.protection.blob_sealing import SealedBlob
from handlers.protection.sealing import Place, open_sealed
from handlers.records import RecordingKind, RecordingState, WorkKind
from handlers.reports import ReportState
from handlers.work.workbench import Outcome
from tests.handlers.work.line import Line
from tests.handlers.work.voices import JPEG, MP3, VOICE, Voices, whole


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
