"""Whatever an address or a file turns out to be, nothing is fetched that should not be, and the page says what came of it."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gateway.console.wording import recording_state
from gateway.providers.africastalking import AfricasTalkingConfig
from gateway.providers.africastalking.telephony import AfricasTalkingTelephony
from gateway.providers.fetching import Fetcher, Hosts, Rules
from gateway.voice.sandbox import render_apart
from handlers.desk.listening import Listening, SpokenRows
from handlers.protection.keyring import DeskKeyring
from handlers.records import RecordingState, WorkKind
from handlers.voice.terms import Limits
from tests.gateway.providers.hosts import CERTIFICATE, PUBLIC, Host, Names, Visit, hosts
from tests.handlers.work.line import Line
from tests.handlers.work.voices import Voices

THEIRS = "https://a-b.at-internal.com/recording.mp3"
NOT_THEIRS = "not fetched (it does not lie where this provider keeps its files)"
TOO_LARGE = "not fetched (it is larger than is taken; it is still at the provider)"

Open = Callable[..., Host]


@pytest.fixture
def opened() -> Iterator[Open]:
    with ExitStack() as stack:
        yield lambda says, **more: stack.enter_context(hosts(says, **more))[0]


@pytest.fixture
def voices(sqlite_rooms: Any, tmp_path: Path) -> Voices:
    return Voices(Line(sqlite_rooms), tmp_path / "blobs")


def come_to(voices: Voices, reference: str, names: Names, *, seconds: float = 20.0) -> tuple[RecordingState, str]:
    """Announce a recording at an address, try until it is settled, and give its state and what the page says of it."""
    config = AfricasTalkingConfig(username="izwi", api_key="k", webhook_secrets=())
    ours = Hosts(suffixes=config.recording_hosts)
    fetcher = Fetcher(
        Rules(first=ours, onward=ours),
        seconds=seconds,
        resolve=names.resolve,
        connect=names.connect,
        authorities=str(CERTIFICATE),
    )
    voices.telephony = AfricasTalkingTelephony(config, fetcher)  # type: ignore[assignment]
    voices.renders = partial(render_apart, limits=Limits(wall_seconds=60))  # type: ignore[assignment]
    voices.equip()
    voices.say(reference)
    for kind in (WorkKind.FETCH, WorkKind.DISGUISE):
        while voices.work(kind):
            voices.line.rooms.clock.now = max(voices.line.rooms.clock.now, float(voices.work(kind)[0].due_at))
            voices.do(kind)
    return voices.one().state, shown(voices)


def shown(voices: Voices) -> str:
    rooms = voices.line.rooms
    with rooms.reading() as unit:
        rows = SpokenRows(unit, voices.line.report().id)
    keys = DeskKeyring(rooms.private["desk"], rooms.reading)
    listening = Listening(keys, notes=(), findings={}, corrections={}, as_written=False, authors={}, reader_id="")
    return recording_state(listening.open(rows, voices.one()))


def public(host: Host | None = None) -> Names:
    return Names(answers={"a-b.at-internal.com": [[PUBLIC]]}, leads_to=host)


@pytest.mark.parametrize(
    "reference",
    [
        "http://localhost:{port}/x.mp3",
        "https://localhost/x.mp3",
        "http://127.0.0.1:{port}/x.mp3",
        "https://10.0.0.8/x.mp3",
        "https://169.254.169.254/latest/meta-data",
        "https://evil.example.org/x.mp3",
        "http://a-b.at-internal.com/x.mp3",
        "file:///etc/passwd",
        "not an address",
    ],
)
def test_an_address_elsewhere_is_refused(voices: Voices, opened: Open, reference: str) -> None:
    inner, names = opened(lambda visit: visit.answer(b"secret")), public()

    assert come_to(voices, reference.format(port=inner.port), names) == (RecordingState.REFUSED, NOT_THEIRS)
    assert (inner.visits, names.connected, voices.files()) == ([], [], [])


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:{port}/", "https://evil.example.org/", "https://10.0.0.8/", "http://[::1]/"]
)
def test_a_redirect_elsewhere_is_refused(voices: Voices, opened: Open, location: str) -> None:
    inner = opened(lambda visit: visit.answer(b"secret"))
    host = opened(lambda visit: visit.answer(status="302 Found", Location=location.format(port=inner.port)), is_tls=True)

    assert come_to(voices, THEIRS, public(host)) == (RecordingState.REFUSED, NOT_THEIRS)
    assert (inner.visits, voices.files()) == ([], [])


def test_a_name_that_was_turned_to_this_machine_is_refused(voices: Voices) -> None:
    names = Names(answers={"a-b.at-internal.com": [["127.0.0.1"]]})

    assert come_to(voices, THEIRS, names) == (RecordingState.REFUSED, NOT_THEIRS)
    assert names.connected == []


def test_an_endless_stream_and_ten_gigabytes_are_refused(voices: Voices, opened: Open) -> None:
    def endless(visit: Visit) -> None:
        visit.say(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            visit.say(bytes(1_000_000))

    assert come_to(voices, THEIRS, public(opened(endless, is_tls=True))) == (RecordingState.REFUSED, TOO_LARGE)
    assert voices.files() == []


def test_ten_gigabytes_are_refused(voices: Voices, opened: Open) -> None:
    says = partial(Visit.say, data=b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n")

    assert come_to(voices, THEIRS, public(opened(says, is_tls=True))) == (RecordingState.REFUSED, TOO_LARGE)


def test_a_slow_drip_is_refused_in_the_end(voices: Voices, opened: Open) -> None:
    def drips(visit: Visit) -> None:
        visit.say(b"HTTP/1.1 200 OK\r\n\r\n")
        visit.drip(b"x", seconds=0.05)

    names = public(opened(drips, is_tls=True))

    assert come_to(voices, THEIRS, names, seconds=0.4) == (RecordingState.REFUSED, "not fetched (it took too long)")
    assert len(names.connected) == 8


def test_what_is_not_there_is_absent_in_the_end(voices: Voices, opened: Open) -> None:
    names = public(opened(lambda visit: visit.answer(status="404 Not Found"), is_tls=True))

    assert come_to(voices, THEIRS, names) == (RecordingState.ABSENT, "the provider has none (it never came)")


def wav(seconds: float) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(b"\0\0" * int(8000 * seconds))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "state", "words"),
    [
        (
            b"This is a text that is named like a sound.",
            RecordingState.UNREADABLE,
            "could not be read: kept sealed (it is no sound)",
        ),
        (b"RIFF\x24\0\0\0WAVEjunk" * 9, RecordingState.UNREADABLE, "could not be read: kept sealed (the file is damaged)"),
        (b"", RecordingState.SILENT, "nothing is said in it (the file is empty)"),
        (wav(0), RecordingState.SILENT, "nothing is said in it (the file is empty)"),
        (wav(3), RecordingState.SILENT, "nothing is said in it"),
    ],
)
def test_a_file_that_is_no_speech_is_said_so_and_kept(
    voices: Voices, opened: Open, data: bytes, state: RecordingState, words: str
) -> None:
    names = public(opened(lambda visit: visit.answer(data, Content_Type="audio/x-wav"), is_tls=True))

    assert come_to(voices, THEIRS, names) == (state, words)
    assert (voices.files(), voices.original()) == (["original"], data)
