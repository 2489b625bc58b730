"""Recordings on the report's page: how far each has come, the disguised voice to be played, and the original for a reason."""

from __future__ import annotations

import re
import secrets
from base64 import b64decode
from typing import Any

import pytest

from handlers.errors import SoundError
from handlers.protection.blob_sealing import CHUNK_BYTES, seal_blob
from handlers.protection.people import seal_to
from handlers.protection.sealing import Place, new_key, open_json
from handlers.records import Purpose, Recording, RecordingKind, RecordingState, Work, WorkKind, WorkState
from handlers.reports import ReportState
from handlers.voice.kept import seal_known
from handlers.voice.original_keys import seal_original_key
from handlers.voice.outcomes import told_of
from handlers.voice.terms import Rendered
from tests.gateway.console.conftest import ENTRY, NUMBER_SHAPES, Browser, Desk

MP3 = b"\xff\xf3" + secrets.token_bytes(3 * CHUNK_BYTES)
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + secrets.token_bytes(100_000)
SOUND = Rendered(mp3=MP3, seconds=42.4, waveform=((-10, 20), (-50, 60)), silences=((4.24, 8.48),))
JPEG = b"\xff\xd8\xff\xe0 a picture"


def with_recording(desk: Desk, report_id: str, state: RecordingState, **more: Any) -> str:
    """Keep a recording as the work leaves it; give its id."""
    rooms, recording_id = desk.rooms, secrets.token_hex(12)
    period, originals = rooms.keyring.current(Purpose.REPORT), rooms.keyring.current(Purpose.ORIGINAL)
    known: dict[str, Any] = {"provider": "twilio", "reference": "REcanary", "key": new_key().hex(), **more.pop("known", {})}
    original, key = more.pop("original", WAV), new_key()
    if state is RecordingState.DISGUISED:
        known |= told_of(SOUND, "usual")
        desk.blobs.put(f"{recording_id}.disguised", seal_blob(bytes.fromhex(known["key"]), f"{recording_id}.disguised", MP3))
    has_original = state not in (RecordingState.ANNOUNCED, RecordingState.ABSENT, RecordingState.REFUSED)
    if has_original:
        desk.blobs.put(f"{recording_id}.original", seal_blob(key, f"{recording_id}.original", original))
    with rooms.writing() as unit:
        public = unit.compartments.first(name="desk").public_key
        sealed_key = key if state is RecordingState.FETCHED else seal_to(public, key)
        (message, *_) = unit.messages.all(report_id=report_id)
        recording = Recording(
            id=recording_id,
            message_id=message.id,
            report_id=report_id,
            state=state,
            hour=message.hour,
            tag=secrets.token_bytes(32),
            period=period.id,
            content=seal_known(period.key, recording_id, period.id, known),
            original_period=originals.id if has_original else None,
            original_key=seal_original_key(sealed_key, recording_id, originals.id, originals.key) if has_original else None,
            **{"kind": RecordingKind.CALL, **more},
        )
        unit.recordings.add(recording)
        unit.commit()
    return recording_id


@pytest.fixture
def heard(desk: Desk) -> tuple[str, str, str]:
    """A report with one disguised recording: its page, the recording's address, the recording's id."""
    report_id = desk.tell("")
    recording_id = with_recording(desk, report_id, RecordingState.DISGUISED)
    return f"/desk/reports/{report_id}", f"/desk/reports/{report_id}/recordings/{recording_id}", recording_id


def recording(desk: Desk, recording_id: str) -> Recording:
    with desk.rooms.reading() as unit:
        found: Recording = unit.recordings.get(recording_id)
        return found


def known(desk: Desk, recording_id: str) -> dict[str, Any]:
    row = recording(desk, recording_id)
    place = Place("recordings", "content", row.id, row.period)
    found: dict[str, Any] = open_json(desk.rooms.keyring.key(row.period), row.content, place)
    return found


def press(browser: Browser, page: str, address: str, action: str, **form: Any) -> Any:
    """Press a button of a recording, with the version that the page shows."""
    version = re.search(r'name="version" value="(\d+)"', browser.get(page).text)
    assert version is not None
    return browser.post(f"{address}/{action}", page=page, version=version.group(1), **form)


def found(browser: Browser, page: str) -> str:
    """Give the findings that the page shows, less the forms that correct them, which name every place."""
    shown = browser.get(page).text.partition('<dl class="findings">')[2].partition("</dl>")[0]
    return re.sub(r'<details class="correct".*?</details>', "", shown, flags=re.DOTALL)


# --- what the page says ---


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (RecordingState.ANNOUNCED, None, "on its way"),
        (RecordingState.ANNOUNCED, "provider_down", "on its way (the provider is out of reach; it is tried again)"),
        (RecordingState.FETCHED, None, "being disguised"),
        (RecordingState.DISGUISED, None, "can be played"),
        (RecordingState.KEPT, None, "kept sealed, as it came"),
        (RecordingState.UNREADABLE, "not_audio", "could not be read: kept sealed (it is no sound)"),
        (RecordingState.UNREADABLE, "bomb", "could not be read: kept sealed (it would unpack to far more than it is)"),
        (RecordingState.REFUSED, "not_theirs", "not fetched (it does not lie where this provider keeps its files)"),
        (RecordingState.REFUSED, "too_large", "not fetched (it is larger than is taken; it is still at the provider)"),
        (RecordingState.REFUSED, "timeout", "not fetched (it took too long)"),
        (RecordingState.ABSENT, "gone", "the provider has none (it was deleted there)"),
        (RecordingState.ABSENT, "lost", "no longer here (its file is no longer here)"),
        (RecordingState.SILENT, None, "nothing is said in it"),
        (RecordingState.SILENT, "empty", "nothing is said in it (the file is empty)"),
    ],
)
def test_each_state_is_said_in_words(desk: Desk, state: RecordingState, reason: str | None, words: str) -> None:
    report_id = desk.tell("")
    recording_id = with_recording(desk, report_id, state, reason=reason)
    with desk.rooms.writing() as unit:
        unit.work.add(Work(id="w", kind=WorkKind.FETCH, subject_id=recording_id))
        unit.commit()

    page = desk.signed_in().get(f"/desk/reports/{report_id}").text

    assert f">{words}</span>" in page
    assert ("<audio" in page) is (state is RecordingState.DISGUISED)
    assert "not fetched." not in page
    assert "REcanary" not in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RecordingState.ANNOUNCED, "could not be fetched"),
        (RecordingState.FETCHED, "could not be disguised by itself: kept sealed"),
    ],
)
def test_what_was_given_up_is_not_said_to_be_on_its_way(desk: Desk, state: RecordingState, words: str) -> None:
    report_id = desk.tell("")
    recording_id = with_recording(desk, report_id, state)
    with desk.rooms.writing() as unit:
        unit.work.add(Work(id="w", kind=WorkKind.FETCH, subject_id=recording_id, state=WorkState.FAILED))
        unit.commit()

    assert words in desk.signed_in().text(f"/desk/reports/{report_id}")


def test_a_recording_has_a_player_a_picture_and_its_silences(desk: Desk, heard: tuple[str, str, str]) -> None:
    page, address, _ = heard

    answer = desk.signed_in().get(page)

    assert f'<audio class="player" controls preload="none" src="{address}/voice">' in answer.text
    assert "Voice, in a call · 0:42" in answer.text
    assert '<polygon points="0,' in answer.text
    assert '<rect class="silence" x="60.0" y="0" width="60.0" height="60">' in answer.text
    assert "Hard to recognise, not impossible" in answer.text
    assert "media-src 'self'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r'<script(?! src="/static/)', answer.text)


def test_the_inbox_says_that_somebody_spoke(desk: Desk, heard: tuple[str, str, str]) -> None:
    browser = desk.signed_in()
    waits, pictured = desk.tell(""), desk.tell("")
    with_recording(desk, waits, RecordingState.ANNOUNCED)
    with_recording(desk, pictured, RecordingState.KEPT, kind=RecordingKind.PICTURE)

    page = browser.text("/desk/")

    for words in ("voice, 0:42", "voice, on its way", "picture"):
        assert words in page


# --- playing ---


def test_the_disguised_voice_is_played_whole(desk: Desk, heard: tuple[str, str, str]) -> None:
    answer = desk.signed_in().get(f"{heard[1]}/voice")

    assert (answer.status_code, answer.data) == (200, MP3)
    assert answer.headers["Content-Type"] == "audio/mpeg"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert int(answer.headers["Content-Length"]) == len(MP3)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-", 0, len(MP3)),
        ("bytes=0-1", 0, 2),
        (f"bytes={CHUNK_BYTES - 3}-{CHUNK_BYTES + 3}", CHUNK_BYTES - 3, CHUNK_BYTES + 4),
        ("bytes=100000-", 100_000, len(MP3)),
        ("bytes=-5", len(MP3) - 5, len(MP3)),
        (f"bytes=10-{10**12}", 10, len(MP3)),
    ],
)
def test_a_player_may_ask_for_a_part(desk: Desk, heard: tuple[str, str, str], asked: str, start: int, end: int) -> None:
    answer = desk.signed_in().get(f"{heard[1]}/voice", headers={"Range": asked})

    assert (answer.status_code, answer.data) == (206, MP3[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(MP3)}"


def test_a_part_that_is_not_there_is_said_so_and_an_odd_question_gets_the_whole(desk: Desk, heard: tuple[str, str, str]) -> None:
    browser = desk.signed_in()

    beyond = browser.get(f"{heard[1]}/voice", headers={"Range": f"bytes={len(MP3)}-"})

    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(MP3)}")
    for odd in ("lines=1-2", "bytes=x", "rubbish"):
        assert browser.get(f"{heard[1]}/voice", headers={"Range": odd}).data == MP3


def test_only_the_desk_plays_and_only_what_is_of_that_report(desk: Desk, heard: tuple[str, str, str]) -> None:
    other = desk.tell("another")

    assert desk.browser().get(f"{heard[1]}/voice").status_code == 303
    assert desk.signed_in("focal").get(f"{heard[1]}/voice").status_code == 403
    browser = desk.signed_in()
    assert browser.get(f"/desk/reports/{other}/recordings/{heard[2]}/voice").status_code == 404
    assert browser.get(f"/desk/reports/{other}/recordings/none/voice").status_code == 404


# --- what is written down ---


def test_what_is_written_down_is_read_as_a_text_is(desk: Desk, heard: tuple[str, str, str]) -> None:
    page, address, _ = heard
    browser = desk.signed_in()
    text = "Masoja arova vanhu vatatu paChirasika nhasi. Zita rangu ndiTendai Moyo, +263 77 000 0042."

    answer = press(browser, page, address, "writing", transcript=text, translation="Soldiers beat three people today.")

    assert answer.status_code == 303
    shown = browser.text(page)
    assert "Masoja arova" in shown
    assert "Soldiers beat three people" in shown
    assert not any(number in shown for number in NUMBER_SHAPES)
    report = desk.report(page.rsplit("/", 1)[-1])
    assert report.priority > 0
    assert "Chirasika" in found(browser, page)
    assert "Shona" in found(browser, page)
    assert browser.get(f"{page}?words=written").text.count("000 0042") >= 1
    assert "wrote down a recording" in shown


def test_what_is_written_anew_takes_the_place_of_what_was_found_before(desk: Desk, heard: tuple[str, str, str]) -> None:
    page, address, _ = heard
    browser = desk.signed_in()
    press(browser, page, address, "writing", transcript="Masoja arova vanhu paChirasika", translation="")
    press(browser, page, address, "writing", transcript="Mhuri yangu iri mushe", translation="")

    with desk.rooms.reading() as unit:
        rows = [row for row in unit.findings.all() if row.message_id is None]
    assert len(rows) == 1
    assert "Mhuri yangu" in browser.text(page)
    assert "Chirasika" not in found(browser, page)


def test_nothing_written_down_is_said_so_and_keeps_the_page(desk: Desk, heard: tuple[str, str, str]) -> None:
    page, address, _ = heard

    answer = press(desk.signed_in(), page, address, "writing", transcript=" ", translation="")

    assert answer.status_code == 400
    assert "Nothing is written down yet" in answer.text


def test_words_of_a_caller_do_not_slip_into_the_case_log(desk: Desk) -> None:
    browser = desk.signed_in()
    report_id = desk.verified(browser)
    page = f"/desk/reports/{report_id}"
    recording_id = with_recording(desk, report_id, RecordingState.DISGUISED)
    words = "zita rangu ndiTendai Chigumbura ndakaona zvese ndichibva kumunda"
    press(browser, page, f"{page}/recordings/{recording_id}", "writing", transcript=words)

    answer = browser.act(f"{page}/propose", "", **{**ENTRY, "summary": f"A witness said: {words}."})

    assert answer.status_code != 303
    assert "Chigumbura" in answer.text


# --- the original ---


def test_an_original_is_heard_once_for_a_reason_that_is_kept(desk: Desk, heard: tuple[str, str, str]) -> None:
    page, address, _ = heard
    browser = desk.signed_in()

    answer = press(browser, page, address, "original", reason="the disguise swallowed the place")

    assert answer.status_code == 200
    (sound,) = re.findall(r'src="data:audio/wav;base64,([^"]+)"', answer.text)
    assert b64decode(sound) == WAV
    assert answer.headers["Cache-Control"] == "no-store"
    assert "media-src data:" in answer.headers["Content-Security-Policy"]
    shown = browser.text(page)
    assert "opened an original" in shown
    assert "the disguise swallowed the place" in shown
    assert b64decode(sound)[:40] not in browser.get(page).data


def test_without_a_reason_nothing_is_opened(desk: Desk, heard: tuple[str, str, str]) -> None:
    page, address, _ = heard

    answer = press(desk.signed_in(), page, address, "original", reason="  ")

    assert answer.status_code == 400
    assert "Say why the original is opened" in answer.text
    assert "base64,U" not in answer.text
    with desk.rooms.reading() as unit:
        assert [audit.action for audit in unit.audits.all() if "original" in audit.action] == []


def test_an_original_lies_at_no_address(desk: Desk, heard: tuple[str, str, str]) -> None:
    browser = desk.signed_in()

    assert browser.get(f"{heard[1]}/original").status_code == 405
    assert browser.client.post(f"{heard[1]}/original", data={"reason": "x", "version": "0"}).status_code == 400
    assert desk.browser().client.post(f"{heard[1]}/original").status_code == 303
    assert desk.signed_in("focal").client.post(f"{heard[1]}/original").status_code == 403


@pytest.mark.parametrize("state", [RecordingState.FETCHED, RecordingState.SILENT, RecordingState.UNREADABLE])
def test_an_original_can_be_heard_however_far_it_came(desk: Desk, state: RecordingState) -> None:
    report_id = desk.tell("")
    page = f"/desk/reports/{report_id}"
    recording_id = with_recording(desk, report_id, state)

    answer = press(desk.signed_in(), page, f"{page}/recordings/{recording_id}", "original", reason="why not")

    assert "data:audio/wav;base64,UklGR" in answer.text


@pytest.mark.parametrize(
    ("kind", "original", "ending"),
    [
        (RecordingKind.PICTURE, JPEG, "jpg"),
        (RecordingKind.OTHER, b"%PDF-1.7 <script>alert(1)</script>", "pdf"),
        (RecordingKind.CALL, b"<html><script>alert(1)</script>", "bin"),
        (RecordingKind.VOICE_NOTE, b"#!AMR\n sound that no browser plays", "amr"),
    ],
)
def test_what_no_browser_should_show_is_given_as_a_file(desk: Desk, kind: RecordingKind, original: bytes, ending: str) -> None:
    report_id = desk.tell("")
    page = f"/desk/reports/{report_id}"
    known = {"type": ending if kind in (RecordingKind.PICTURE, RecordingKind.OTHER) else ""}
    state = RecordingState.KEPT if known["type"] else RecordingState.UNREADABLE
    recording_id = with_recording(desk, report_id, state, kind=kind, original=original, known=known)

    answer = press(desk.signed_in(), page, f"{page}/recordings/{recording_id}", "original", reason="to see it")

    assert answer.data == original
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{recording_id[:8]}.{ending}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("how", ["retention", "file"])
def test_an_original_whose_time_is_over_is_gone(desk: Desk, heard: tuple[str, str, str], how: str) -> None:
    page, address, recording_id = heard
    browser = desk.signed_in()
    browser.get(page)
    version = re.search(r'name="version" value="(\d+)"', browser.get(page).text)
    assert version is not None
    if how == "retention":
        with desk.rooms.writing() as unit:
            unit.periods.change(recording(desk, recording_id).original_period, desk_seal=None, intake_wrap=None)
            unit.commit()
        assert "Open the original" not in browser.get(page).text
    else:
        desk.blobs.remove(f"{recording_id}.original")

    for action, form in (("original", {"reason": "x"}), ("again", {"manner": "usual"})):
        answer = browser.post(f"{address}/{action}", page=page, version=version.group(1), **form)
        assert answer.status_code in (403, 404)
    assert browser.get(f"{address}/voice").data == MP3


# --- another disguise ---


@pytest.mark.parametrize(
    ("manner", "asked"), [("milder", ("mild", 0.8)), ("usual", ("standard", 0.8)), ("stronger", ("strong", 0.0))]
)
def test_it_is_disguised_again_in_another_manner_in_place_of_the_first(
    desk: Desk, heard: tuple[str, str, str], manner: str, asked: tuple[str, float]
) -> None:
    page, address, recording_id = heard
    browser = desk.signed_in()
    other = b"\xff\xf3 another voice of nobody"
    desk.renders.outcomes = [Rendered(mp3=other, seconds=40.0, waveform=((-1, 1),), silences=())]

    answer = press(browser, page, address, "again", manner=manner)

    assert answer.status_code == 303
    assert (desk.renders.heard, desk.renders.manners) == ([WAV], [asked])
    assert browser.get(f"{address}/voice").data == other
    assert list(desk.blobs.names()) == [f"{recording_id}.disguised", f"{recording_id}.original"]
    assert "0:40" in browser.text(page)
    assert f"disguised a recording again: {manner}" in browser.text(page)


def test_what_could_not_be_disguised_by_itself_can_be_by_a_person(desk: Desk) -> None:
    report_id = desk.tell("")
    page = f"/desk/reports/{report_id}"
    recording_id = with_recording(desk, report_id, RecordingState.FETCHED)
    desk.renders.outcomes = [SOUND]

    press(desk.signed_in(), page, f"{page}/recordings/{recording_id}", "again", manner="usual")

    assert recording(desk, recording_id).state is RecordingState.DISGUISED


def test_it_cannot_be_disguised_for_ever(desk: Desk, heard: tuple[str, str, str]) -> None:
    page, address, recording_id = heard
    browser = desk.signed_in()
    for _ in range(3):
        assert press(browser, page, address, "again", manner="usual").status_code == 303

    answer = press(browser, page, address, "again", manner="usual")

    assert answer.status_code == 403
    assert "come nearer to the voice" in answer.text
    assert len(desk.renders.heard) == 3
    assert known(desk, recording_id)["renderings"] == 4
    assert "Disguise it again" not in browser.get(page).text


def test_a_disguise_that_fails_leaves_the_one_that_is_there(desk: Desk, heard: tuple[str, str, str]) -> None:
    page, address, _ = heard
    browser = desk.signed_in()
    desk.renders.outcomes = [SoundError("timeout", permanent=False)]

    answer = press(browser, page, address, "again", manner="milder")

    assert answer.status_code == 403
    assert browser.get(f"{address}/voice").data == MP3
    assert press(browser, page, address, "again", manner="backwards").status_code == 400


def test_what_its_source_deleted_cannot_be_opened(desk: Desk, heard: tuple[str, str, str]) -> None:
    page, address, _ = heard
    browser = desk.signed_in()
    browser.get(page)
    report = desk.report(page.rsplit("/", 1)[-1])
    with desk.rooms.writing() as unit:
        unit.reports.change(report.id, state=ReportState.DELETED)
        unit.commit()

    answer = browser.post(f"{address}/original", page="/desk/", version=str(report.version), reason="x")

    assert answer.status_code == 403
    assert "Open the original" not in browser.get(page).text
