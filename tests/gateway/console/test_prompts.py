"""The pages of prompts: what is missing, what is wrong with a recording, and what a caller hears."""

from __future__ import annotations

from html import unescape
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from gateway.voice.sandbox import normalise_prompt_apart
from handlers.voice.menu import STATES
from tests.gateway.console.conftest import TOKEN, Desk
from tests.handlers.voice.making import file_of, speech

PAGE = "/desk/prompts"
RECORD = f"{PAGE}/record/sn"
SOUND = b"RIFF a sound"


def upload(desk: Desk, data: bytes, *, page: str = RECORD, name: str = "a name that is a canary.wav") -> TestResponse:
    return desk.signed_in().post(f"{page}/record", page=page, sound=(BytesIO(data), name))


def upload_raw(desk: Desk, data: bytes) -> TestResponse:
    """Upload as a browser does: Werkzeug's own test client would put so much into a file of its own."""
    browser = desk.signed_in()
    token = TOKEN.search(browser.get(RECORD).text)
    assert token is not None
    field = f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token.group(1)}\r\n'.encode()
    file = b'--b\r\nContent-Disposition: form-data; name="sound"; filename="a.wav"\r\n\r\n' + data + b"\r\n--b--\r\n"
    return browser.client.post(f"{RECORD}/record", data=field + file, content_type="multipart/form-data; boundary=b")


def test_what_is_recorded_is_listed_with_its_seconds_and_the_rest_as_missing(desk: Desk) -> None:
    assert "0 of" in desk.signed_in().text(PAGE)
    assert upload(desk, SOUND).status_code == 303

    shown = desk.signed_in().text(PAGE)
    assert "2 s , record in Shona" in shown
    assert "missing , record in Ndau" in shown
    assert "1 of" in shown


def test_it_can_be_listened_to_and_removed(desk: Desk) -> None:
    upload(desk, SOUND)
    browser = desk.signed_in()

    sound = browser.get(f"{RECORD}/sound")
    assert (sound.data, sound.content_type) == (SOUND, "audio/wav")
    assert browser.post(f"{RECORD}/remove", page=RECORD).status_code == 303
    assert browser.get(f"{RECORD}/sound").status_code == 404
    assert "Nobody recorded it" in browser.text(RECORD)


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"%PDF-1.7", "This is no sound"), (b"RIFF quiet", "too quiet"), (b"", "This is no sound")],
)
def test_what_will_not_do_is_said_in_a_sentence_and_nothing_is_changed(desk: Desk, data: bytes, says: str) -> None:
    upload(desk, SOUND)

    answer = upload(desk, data)

    assert answer.status_code == 422
    assert says in unescape(answer.text)
    assert desk.signed_in().get(f"{RECORD}/sound").data == SOUND


@pytest.mark.slow
def test_a_real_recording_is_made_equally_loud_in_a_process_apart(make_desk, sqlite_rooms) -> None:
    spoken = make_desk().app.extensions["izwi_console"].given.spoken
    desk = make_desk(spoken=type(spoken)(monitor_keys=spoken.monitor_keys, normalise=normalise_prompt_apart))

    assert upload(desk, file_of(speech() * 0.2, "ogg", "libopus", rate=48_000)).status_code == 303
    sound = desk.signed_in().get(f"{RECORD}/sound").data
    assert sound.startswith(b"RIFF")
    refused = upload(desk, file_of(speech() * 0.004))
    assert "too quiet" in unescape(refused.text)


def test_nothing_of_an_upload_touches_the_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file was opened")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(f"tempfile.{name}", refuse)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse, raising=False)
    monkeypatch.setattr("werkzeug.formparser.TemporaryFile", refuse, raising=False)

    assert upload_raw(desk, SOUND + bytes(3_000_000)).status_code == 303


def test_a_file_that_is_far_too_large_is_refused(desk: Desk) -> None:
    assert upload_raw(desk, SOUND + bytes(12 * 1024 * 1024)).status_code == 413


@pytest.mark.parametrize("path", ["/desk/prompts/nothing/sn", "/desk/prompts/record/fr", "/desk/prompts/record/manyika"])
def test_there_is_no_page_for_what_is_no_prompt(desk: Desk, path: str) -> None:
    assert desk.signed_in().get(path).status_code == 404


def test_a_call_can_be_walked_through_to_the_receipt_and_plays_what_is_recorded(desk: Desk) -> None:
    upload(desk, SOUND)
    browser = desk.signed_in()

    first = browser.text(f"{PAGE}/hear")
    assert "dzvanyai 1" in first and "press 3" in first
    at = browser.get(f"{PAGE}/hear?pressed=1&pressed=1")
    assert '<audio controls preload="none" src="/desk/prompts/record/sn/sound">' in at.text
    last = browser.text(f"{PAGE}/hear?pressed=1&pressed=1&pressed=spoke&pressed=1")
    assert "Zvatumirwa" in last and last.count("pfumbamwe") >= 2  # a receipt is read out


def test_a_monitors_call_can_be_walked_through(desk: Desk) -> None:
    path = "".join(f"&pressed={keys}" for keys in ("3", "2", "1234", "123456", "1", "1", "26", "1", "0", "4"))

    assert "After the tone" in desk.signed_in().text(f"{PAGE}/hear?{path}")


def test_whatever_is_pressed_leads_somewhere(desk: Desk) -> None:
    browser = desk.signed_in()

    for path in ("pressed=%00", "pressed=" + "9" * 300, "&".join(["pressed=%2A"] * 90), "pressed=spoke&pressed=-&pressed=%23"):
        assert browser.get(f"{PAGE}/hear?{path}").status_code == 200
    assert STATES


def test_what_was_done_is_written_down(desk: Desk) -> None:
    upload(desk, SOUND)
    desk.signed_in().post(f"{RECORD}/remove", page=RECORD)

    with desk.rooms.reading() as unit:
        actions = [audit.action for audit in unit.audits.all() if "prompt" in audit.action]
    assert sorted(actions) == ["recorded a prompt: record.sn", "removed a prompt: record.sn"]


def test_the_focal_point_has_no_business_there(desk: Desk) -> None:
    assert desk.signed_in("focal").get(PAGE).status_code == 403
