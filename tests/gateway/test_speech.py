"""What providers fetch: a recorded prompt, by everybody, for ever; and nothing else."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway import speech
from handlers.records import Prompt
from handlers.voice.recorded_prompts import RecordedPrompts, file_name, prompt_id, read_file_name
from handlers.voice.spoken_replies import SpokenReplies
from tests.conftest import Clock, Rooms
from tests.fakes import MemoryBlobs

WAV = b"RIFF....WAVEfmt the sound of nobody"


@pytest.fixture
def client(rooms: Rooms) -> FlaskClient:
    app = Flask("speech-under-test", static_folder=None)
    replies = SpokenReplies(
        rooms.keyring, writing=rooms.writing, blobs=MemoryBlobs(), key=bytes(32), base="/speech", clock=rooms.clock
    )
    app.extensions["speech"] = speech.Shelf(rooms.reading, replies)
    app.register_blueprint(speech.bp)
    return app.test_client()


def kept(rooms: Rooms, wav: bytes = WAV, *, key: str = "record", language: str = "sn") -> str:
    """Keep a prompt; give the name that it is fetched by."""
    prompt = Prompt(id=prompt_id(key, language, wav), key=key, language=language, hour=0, author_id=None, seconds=2, audio=wav)
    with rooms.writing() as unit:
        unit.prompts.remove(key=key, language=language)
        unit.prompts.add(prompt)
        unit.commit()
    return file_name(key, language, prompt.id)


def test_a_prompt_is_given_to_everybody_to_be_kept_and_with_no_cookie(rooms: Rooms, client: FlaskClient) -> None:
    name = kept(rooms)

    answer = client.get(f"/speech/{name}")

    assert (answer.status_code, answer.data, answer.content_type) == (200, WAV, "audio/wav")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


def test_one_that_was_recorded_anew_meanwhile_is_given_as_it_is_now(rooms: Rooms, client: FlaskClient) -> None:
    old = kept(rooms)
    new = kept(rooms, WAV + b", again")

    assert old != new
    answer = client.get(f"/speech/{old}")
    assert (answer.data, answer.headers["Cache-Control"]) == (WAV + b", again", "no-store")


@pytest.mark.parametrize(
    "name",
    [
        "record.sn.wav",
        "record.sn.000000000000000000000000.mp3",
        "record.nd.000000000000000000000000.wav",
        "..%2f..%2fizwi.db",
        "record.sn.00000000000000000000000g.wav",
        "x" * 5000,
        "",
    ],
)
def test_nothing_else_is_given(rooms: Rooms, client: FlaskClient, name: str) -> None:
    kept(rooms)

    assert client.get(f"/speech/{name}").status_code == 404


def test_nothing_can_be_sent_there(rooms: Rooms, client: FlaskClient) -> None:
    name = kept(rooms)

    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.open(f"/speech/{name}", method=method).status_code == 405


def test_a_call_plays_what_is_recorded_and_hears_of_a_new_recording_within_seconds(clock: Clock) -> None:
    index: dict[tuple[str, str], str] = {}
    asked: list[float] = []

    def read() -> dict[tuple[str, str], str]:
        asked.append(clock())
        return dict(index)

    recorded = RecordedPrompts(read, base="https://line.example.org/speech", clock=clock)
    assert recorded("record", "sn") is None
    index["record", "sn"] = "0" * 24
    assert recorded("record", "sn") is None
    assert len(asked) == 1
    clock.go_on(seconds=6)

    address = recorded("record", "sn")
    assert address == f"https://line.example.org/speech/record.sn.{'0' * 24}.wav"
    assert read_file_name(address.rsplit("/", 1)[1]) == ("record", "sn", "0" * 24)
    assert recorded("record", "nd") is None
