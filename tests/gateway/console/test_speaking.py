"""A coordinator speaks a reply: nothing of their voice is kept, and whoever gives the receipt hears it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from gateway import speech
from handlers.errors import SoundError
from handlers.protection.sealing import Place, open_json
from handlers.records import MessageState, Purpose, RecordingKind, RecordingState, Waiting
from handlers.upkeep.closing import Closing
from handlers.upkeep.hearing import Hearing
from handlers.upkeep.retention import Keeping, Retention
from handlers.upkeep.sweeping import Sweeping
from handlers.voice.speech import Speak
from handlers.voice.spoken_replies import SpokenReplies
from handlers.voice.terms import Rendered
from tests.conftest import Rooms
from tests.fakes import MemoryBlobs
from tests.gateway.console.conftest import Desk, build_desk

VOICE = b"RIFF the voice of a coordinator, a canary " * 99
MP3 = b"\xff\xf3 the voice of nobody " * 4000
BASE = "https://line.example.org/speech"
WORDS = "Takazvigamuchira. Musaende kumugodhi nhasi."


@dataclass
class Renders:
    """Gives the voice of nobody, or raises what was ordered."""

    fails: SoundError | None = None
    seconds: float = 12.0
    silences: tuple[tuple[float, float], ...] = ()

    def __call__(self, data: bytes, **_: Any) -> Rendered:
        if self.fails:
            raise self.fails
        return Rendered(mp3=MP3, seconds=self.seconds, waveform=((-5, 5),), silences=self.silences)


@dataclass
class Booth:
    """A desk with a report whose source has a receipt, and what a provider reaches."""

    desk: Desk
    report_id: str
    blobs: MemoryBlobs
    renders: Renders
    replies: SpokenReplies

    @property
    def page(self) -> str:
        return f"/desk/reports/{self.report_id}"

    def speak(self, data: bytes = VOICE) -> TestResponse:
        page = f"{self.page}/speak"
        return self.desk.signed_in().act(page, "record", sound=(BytesIO(data), "a canary.webm"))

    def write(self, words: str = WORDS, language: str = "sn") -> TestResponse:
        return self.desk.signed_in().act(f"{self.page}/speak", "write", words=words, language=language)

    def waiting(self) -> list[Waiting]:
        with self.desk.rooms.reading() as unit:
            return unit.waiting.all()

    def said(self) -> tuple[Speak, ...]:
        (waiting,) = self.waiting()
        with self.desk.rooms.reading() as unit:
            return self.replies.speak(unit, waiting, "en")

    def fetched(self, address: str | None) -> TestResponse:
        app = Flask("speech-under-test", static_folder=None)
        app.extensions["speech"] = speech.Shelf(self.desk.rooms.reading, self.replies)
        app.register_blueprint(speech.bp)
        return app.test_client().get((address or "").removeprefix("https://line.example.org"))

    def hear(self) -> None:
        (waiting,) = self.waiting()
        with self.desk.rooms.writing() as unit:
            unit.waiting.change(waiting.id, heard_hour=int(self.desk.rooms.clock() // 3600))
            unit.commit()

    def hearing(self, days: int = 90) -> Hearing:
        rooms = self.desk.rooms
        return Hearing(writing=rooms.writing, reading=rooms.reading, clock=rooms.clock, days=days)

    def state(self) -> tuple[MessageState, str | None]:
        with self.desk.rooms.reading() as unit:
            (message,) = unit.messages.all(report_id=self.report_id, direction="out")
        return message.state, message.reason


def booth_of(rooms: Rooms, lookups: Any, connection: Any, url: str) -> Booth:
    blobs, renders = MemoryBlobs(), Renders()
    desk = build_desk(rooms, lookups, connection, url, blobs=blobs, renders=renders)
    report_id = desk.tell()
    with rooms.writing() as unit:
        unit.reports.change(report_id, receipt_tag=secrets.token_bytes(32))
        unit.commit()
    replies = SpokenReplies(
        rooms.keyring,
        writing=rooms.writing,
        blobs=blobs,
        key=rooms.boot.derive("speech token"),
        base=BASE,
        clock=rooms.clock,
    )
    return Booth(desk, report_id, blobs, renders, replies)


@pytest.fixture
def booth(sqlite_rooms: Rooms, lookups: Any, redis_connection: Any, redis_url: str) -> Booth:
    return booth_of(sqlite_rooms, lookups, redis_connection, redis_url)


@pytest.fixture
def booth_on_either(rooms: Rooms, lookups: Any, redis_connection: Any, redis_url: str) -> Booth:
    return booth_of(rooms, lookups, redis_connection, redis_url)


def test_a_spoken_reply_waits_disguised_and_is_heard_by_whoever_has_the_receipt(booth_on_either: Booth) -> None:
    booth = booth_on_either
    assert booth.speak().status_code == 303

    (said,) = booth.said()
    answer = booth.fetched(said.address)
    assert (answer.status_code, answer.data, answer.content_type) == (200, MP3, "audio/mpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    page = booth.desk.signed_in().text(booth.page)
    assert "not heard yet" in page and "Spoken reply" in page
    booth.hear()
    assert "heard, Mon 21 Sep 2026, 16 h" in booth.desk.signed_in().text(booth.page)


def test_nothing_of_the_voice_as_it_was_is_kept(booth: Booth) -> None:
    booth.speak()

    kept = b"".join(chunk for chunks in booth.blobs.kept.values() for chunk in chunks)
    assert b"canary" not in kept and MP3[:50] not in kept
    with booth.desk.rooms.reading() as unit:
        (recording,) = unit.recordings.all()
    assert (recording.kind, recording.state) == (RecordingKind.REPLY, RecordingState.DISGUISED)
    assert recording.original_key is None
    assert list(booth.blobs.kept) == [recording.disguised_blob]


def test_the_desk_can_listen_to_what_waits(booth: Booth) -> None:
    booth.speak()

    with booth.desk.rooms.reading() as unit:
        (recording,) = unit.recordings.all()
    assert booth.desk.signed_in().get(f"{booth.page}/recordings/{recording.id}/voice").data == MP3


def test_a_written_reply_is_read_out_in_its_language(booth: Booth) -> None:
    booth.write()

    assert booth.said() == (Speak(text=WORDS, language="sn"),)
    assert WORDS in booth.desk.signed_in().text(booth.page)


def test_an_address_is_good_for_one_fetch_and_a_broken_one_again_within_a_minute(booth_on_either: Booth) -> None:
    booth, clock = booth_on_either, booth_on_either.desk.rooms.clock
    booth.speak()
    first = booth.said()[0].address

    assert booth.fetched(first).status_code == 200
    clock.go_on(seconds=30)
    assert booth.fetched(first).status_code == 200
    clock.go_on(seconds=61)
    assert booth.fetched(first).status_code == 404
    second = booth.said()[0].address
    assert second != first
    assert booth.fetched(second).status_code == 200


def test_an_address_is_too_old_after_ten_minutes(booth: Booth) -> None:
    booth.speak()
    address = booth.said()[0].address
    booth.desk.rooms.clock.go_on(seconds=601)

    assert booth.fetched(address).status_code == 404


@pytest.mark.parametrize("token", ["", "x", "A" * 2000, "%00", "ééé", "../../izwi.db"])
def test_an_address_that_is_not_ours_is_nothing(booth: Booth, token: str) -> None:
    booth.speak()

    assert booth.fetched(f"/speech/reply/{token}.mp3").status_code == 404


def test_an_altered_address_is_nothing_and_says_nothing(booth: Booth) -> None:
    booth.speak()
    address = booth.said()[0].address or ""
    token = address.rsplit("/", 1)[1].removesuffix(".mp3")

    for place in (0, 40, len(token) - 2):
        altered = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert booth.fetched(f"/speech/reply/{altered}.mp3").status_code == 404
    (waiting,) = booth.waiting()
    assert waiting.id not in address and booth.report_id not in address


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (SoundError("not_audio"), "This is no sound"),
        (SoundError("too_long"), "longer than 3 minutes"),
        (SoundError("bomb"), "damaged"),
        (SoundError("killed", permanent=False), "Try again"),
    ],
)
def test_what_cannot_be_disguised_is_said_and_nothing_is_kept(booth: Booth, fault: SoundError, says: str) -> None:
    booth.renders.fails = fault

    answer = booth.speak()

    assert answer.status_code == 422 and says in unescape(answer.text)
    assert booth.waiting() == [] and booth.blobs.kept == {}


def test_a_reply_in_which_nothing_is_said_or_too_much_is_refused(booth: Booth) -> None:
    booth.renders.silences = ((0.0, 11.9),)
    assert "Nothing is said in it" in unescape(booth.speak().text)
    booth.renders.silences, booth.renders.seconds = (), 181.0
    assert "longer than 3 minutes" in unescape(booth.speak().text)


@pytest.mark.parametrize(
    ("words", "language", "says"),
    [(" ", "sn", "empty"), ("x" * 601, "sn", "600 are the most"), ("hello", "fr", "The language is one of")],
)
def test_a_text_that_will_not_do_is_said_and_kept_on_the_page(booth: Booth, words: str, language: str, says: str) -> None:
    answer = booth.write(words, language)

    assert answer.status_code == 422 and says in unescape(answer.text) and words.strip() in answer.text
    assert booth.waiting() == []


def test_without_a_receipt_nobody_could_hear_it(booth: Booth) -> None:
    page = f"{booth.page}/speak"
    browser = booth.desk.signed_in()
    shown = browser.get(booth.page)
    with booth.desk.rooms.writing() as unit:
        unit.reports.change(booth.report_id, receipt_tag=None)
        unit.commit()

    assert "has no receipt" in browser.text(page)
    version = booth.desk.report(booth.report_id).version
    answer = browser.post(f"{page}/write", page=booth.page, version=version, words="hello", language="en")
    assert answer.status_code == 403
    assert shown.status_code == 200 and booth.waiting() == []


def test_it_can_be_taken_back_until_it_is_heard(booth: Booth) -> None:
    booth.speak()
    (waiting,) = booth.waiting()
    browser = booth.desk.signed_in()

    answer = browser.act(booth.page, f"speak/{waiting.message_id}/take-back")

    assert answer.status_code == 303 and booth.waiting() == []
    assert booth.state() == (MessageState.WITHHELD, "taken_back")
    Sweeping(reading=booth.desk.rooms.reading, blobs=booth.blobs).sweep()
    assert booth.blobs.kept == {}


def test_what_was_heard_cannot_be_taken_back(booth: Booth) -> None:
    booth.speak()
    booth.hear()
    (waiting,) = booth.waiting()

    browser = booth.desk.signed_in()
    assert browser.act(booth.page, f"speak/{waiting.message_id}/take-back").status_code == 409
    assert "Take it back" not in browser.text(booth.page)


def test_while_it_waits_it_is_carried_from_day_to_day(booth_on_either: Booth) -> None:
    booth, rooms = booth_on_either, booth_on_either.desk.rooms
    booth.speak()
    (before,) = booth.waiting()
    closing = Closing(writing=rooms.writing, reading=rooms.reading, keyring=rooms.keyring, clock=rooms.clock, grace_hours=6)

    for _ in range(3):
        rooms.clock.go_on(hours=31)
        closing.close_due()

    (after,) = booth.waiting()
    assert after.period != before.period
    assert booth.fetched(booth.said()[0].address).data == MP3
    with rooms.reading() as unit:
        assert unit.periods.get(before.period).intake_wrap is None


def test_some_hours_after_it_was_heard_nothing_is_left_to_hear(booth_on_either: Booth) -> None:
    booth = booth_on_either
    booth.speak()
    booth.hear()
    address = booth.said()[0].address

    assert booth.hearing().clear() == 0  # the call may still hear it again
    assert booth.fetched(address).status_code == 200
    booth.desk.rooms.clock.go_on(hours=3)
    assert booth.hearing().clear() == 1
    assert booth.hearing().clear() == 0

    assert booth.said() == ()
    assert booth.state() == (MessageState.DELIVERED, None)
    assert "heard, Mon 21 Sep 2026, 16 h" in booth.desk.signed_in().text(booth.page)


def test_what_nobody_calls_for_is_destroyed_after_the_days_of_contacts(booth_on_either: Booth) -> None:
    booth = booth_on_either
    booth.write()
    booth.desk.rooms.clock.go_on(hours=2 * 24 - 1)
    assert booth.hearing(days=2).clear() == 0
    booth.desk.rooms.clock.go_on(hours=1)

    assert booth.hearing(days=2).clear() == 1
    assert booth.waiting() == []
    assert booth.state() == (MessageState.FAILED, "not_heard")


def test_retention_takes_it_with_its_report(booth_on_either: Booth) -> None:
    booth, rooms = booth_on_either, booth_on_either.desk.rooms
    booth.speak()
    keeping = Keeping(reports=5, contacts=5, originals=5, deliveries=5)
    rooms.clock.go_on(hours=24 * 8)

    Retention(writing=rooms.writing, reading=rooms.reading, clock=rooms.clock, keeping=keeping).destroy_due()

    assert booth.waiting() == []
    with rooms.reading() as unit:
        assert unit.recordings.all() == []


def test_only_this_page_may_use_the_microphone(booth: Booth) -> None:
    browser = booth.desk.signed_in()

    speaking, report = browser.get(f"{booth.page}/speak").headers, browser.get(booth.page).headers
    assert "microphone=(self)" in speaking["Permissions-Policy"]
    assert "media-src 'self' blob:" in speaking["Content-Security-Policy"]
    assert "microphone=()" in report["Permissions-Policy"]
    assert "blob:" not in report["Content-Security-Policy"]


def test_what_was_done_is_written_down(booth: Booth) -> None:
    booth.speak()
    (waiting,) = booth.waiting()
    booth.desk.signed_in().act(booth.page, f"speak/{waiting.message_id}/take-back")
    booth.write()

    with booth.desk.rooms.reading() as unit:
        actions = sorted(audit.action for audit in unit.audits.all(subject_id=booth.report_id))
    assert actions == ["read", "spoke a reply to be heard", "took a reply back", "wrote a reply to be heard"]


def test_what_waits_opens_with_no_key_of_another_place(booth: Booth) -> None:
    booth.write()
    (waiting,) = booth.waiting()
    period = booth.desk.rooms.keyring.current(Purpose.CONTACT)

    known = open_json(period.key, waiting.content, Place("waiting", "content", waiting.id, period.id))
    assert known["text"] == WORDS
    assert WORDS.encode() not in waiting.content
