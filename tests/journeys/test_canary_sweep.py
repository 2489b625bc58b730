"""A whole working day with canaries: no number, word or name of a source is left readable anywhere."""

from __future__ import annotations

import gzip
import re
import secrets
import sqlite3
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
import redis
import requests

from gateway.carriage import url_of_running
from gateway.providers.simulator.caller import dial, dial_code, wait_for_ring
from gateway.providers.simulator.side import Attachment, TypedText
from gateway.providers.simulator.sound import read, to_mp3
from gateway.providers.simulator.speech import babbled
from gateway.voice.sandbox import render_apart
from handlers.voice.terms import Limits
from storage.database import Database
from tests import spoken_canary
from tests.canary import digits_of, hits, hits_in_files
from tests.journeys.browsing import Browser
from tests.journeys.calling import go_through, telephone
from tests.journeys.overhearing import Overheard

PASSWORD = "correct horse battery"
NUMBERS = ("+263770000061", "+263710000062", "+263780000063", "+263770000064", "+263710000065", "+263780000066")
WORDS = ("Vakarohwazzq", "Mudzimbaxqy", "Chigumbaqxv", "Nyembezixzq", "Zvinyararaqz")  # told by sources
OURS = ("Handiregezizqx", "Ndichauyazqv", "Sunguraixqz", "Gushungoqzx")  # a reply, a note, a reason, a monitor: of the desk
VOICE = spoken_canary.Canary(babbled("Vakarohwa paChirasika", seconds=8.0, voice=3))
SUMMARY = "Guards beat diggers, says the Gonzaqxzentry."
_SHOWN_ONCE = re.compile(r'<strong class="secret">([^<]+)</strong>')
PRESSED = ("5550918273", "7036541982")  # a monitor's code and PIN, and what is no receipt
EVERYTHING = (*PRESSED, *WORDS, *OURS, "Gonzaqxzentry", *(form for number in NUMBERS for form in digits_of(number)))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_after_a_whole_day_no_canary_is_readable_anywhere(new_line: Any, eventually: Any) -> None:
    # Given a day on which texts come in by every way, right and wrong
    line = new_line(IZWI_CALL_BACK_DELAY_MINUTES="0-0", IZWI_CALL_BACK_QUIET_HOURS="00:00-00:00")
    line.start()
    overheard = Overheard(line.simulator)
    _texts_come_in(line)
    _voices_come_in(line)
    _strangers_knock(line)
    _people_call(line)
    _is_called_back(line)
    eventually(lambda: _status(line)["reports.received"] == 0, seconds=60)

    # When people work on them, and a source has theirs deleted
    pages = _people_work(line)
    pages += _people_listen(line, eventually)
    pages += _a_monitor_reports(line)
    pages += _people_speak(line)
    _sources_hear(line)
    _source_deletes(line, eventually)
    eventually(lambda: len(list((line.folder / "forwarded").glob("*.json"))) == 1)
    for command in (["status"], ["check"], ["user", "list"], ["monitor", "list"], ["prompt", "list"]):
        line.run(*command, check=False)
    line.run(
        "log", "export", str(line.folder / "exported.json"), "--by", "focal", "--password-file", line.folder / "focal.password"
    )
    assert line.run("log", "verify", str(line.folder / "exported.json")).returncode == 0

    # Then neither Redis nor a file, running or stopped, holds a word of it
    assert _hits_in_redis(line) == []
    assert _hits_in_files(line) == []
    line.stop()
    assert _hits_in_files(line) == []
    assert [hit for page in set(pages) for hit in spoken_canary.hits(page, VOICE)] == []
    numbers = [form for number in NUMBERS for form in digits_of(number)]
    assert [hit for page in set(pages) for hit in hits(page, numbers)] == []
    assert overheard.hits(EVERYTHING, in_answers=(*PRESSED, *numbers)) == []
    assert len(overheard.addresses) > 100 and (line.folder / "log.txt").stat().st_size > 0


@pytest.mark.parametrize(
    ("where", "coding"),
    [
        (where, coding)
        for where in ("database", "redis", "spool", "log", "temp", "name")
        for coding in ("plain", "hex", "base64", "utf-16", "reversed", "gzip")
        if (where, coding) != ("name", "gzip")  # no file can be called that
    ],
)
def test_the_sweep_finds_a_canary_planted_in_each_place(
    tmp_path: Path, redis_connection: redis.Redis, where: str, coding: str
) -> None:
    planted = _coded(WORDS[0], coding)

    found = _plant(tmp_path, redis_connection, where, planted)

    named = f"word {EVERYTHING.index(WORDS[0])} "
    assert any(named in hit for hit in found), f"a canary in {where} as {coding} was not found"


def _texts_come_in(line: Any) -> None:
    simulator = line.simulator
    for number, way, word in zip(NUMBERS, ("twilio", "africastalking", "handset", "whatsapp"), WORDS, strict=False):
        phone = simulator.network.phones.find(number)
        text = f"Masoja arova vanhu paChirasika nhasi. Zita rangu ndi{word}, nhamba {number}. Batsirai."
        _, outcomes = simulator.desk.type_text(TypedText(phone=phone, line=way, text=text, times=2))
        assert all(outcome.is_taken for outcome in outcomes)
        simulator.desk.type_text(TypedText(phone=phone, line=way, text="help"))


def _voices_come_in(line: Any) -> None:
    """The canary speaks in a call, hanging up in the middle, and sends a voice note."""
    talk = dial(line.simulator.exchange, "twilio", NUMBERS[0])
    for _ in range(12):
        talk.hear()
        if talk.wanting is not None and talk.wanting.kind == "speech":
            break
        talk.say_nothing()
    talk.speak(VOICE.encodings["wav"]).hang_up()
    note = Attachment("audio/ogg", VOICE.encodings["ogg"])
    phone = line.simulator.network.phones.find(NUMBERS[2])
    line.simulator.desk.type_text(TypedText(phone=phone, line="whatsapp", text="", media=(note,)))


def _people_listen(line: Any, eventually: Any) -> list[bytes]:
    """Play what was disguised; and hear one original, whose answer alone may hold the voice."""
    tariro, rudo = Browser(line.url).sign_in("tariro", PASSWORD), Browser(line.url).sign_in("rudo", PASSWORD)

    def voices() -> list[str]:
        pages = [tariro.get(page).text for page in tariro.reports()]
        return [found for page in pages for found in re.findall(r'src="(/desk/[^"]+/voice)"', page)]

    eventually(lambda: len(voices()) >= 2, seconds=40)
    for voice in voices():
        assert tariro.get(voice).headers["Content-Type"] == "audio/mpeg"
    report, _, recording = voices()[0].removesuffix("/voice").partition("/recordings/")
    tariro.act(report, f"recordings/{recording}/draft", transcript=f"Zita rangu ndi{WORDS[1]}", translation=OURS[1])
    tariro.act(report, f"recordings/{recording}/mark", at="0:01", mark=OURS[2])
    rudo.act(report, f"recordings/{recording}/draft", transcript=OURS[0], translation="")
    tariro.act(report, f"recordings/{recording}/writing", transcript=f"Zita rangu ndi{WORDS[1]}", translation="")
    tariro.act(report, f"recordings/{recording}/again", manner="stronger")
    original = rudo.act(report, f"recordings/{recording}/original", reason=OURS[2])
    assert _sound_in(original.text)
    return tariro.seen


def _sound_in(page: str) -> bool:
    """Say whether a page holds the canary: the sweep must know it where it is."""
    (letters,) = re.findall(r"data:audio/[a-z]+;base64,([^\"]+)", page)
    return bool(spoken_canary.hits(b64decode(letters), VOICE)) and bool(spoken_canary.hits(page.encode(), VOICE))


@pytest.mark.parametrize("coding", ["wav", "mp3", "ogg", "other mp3", "a part", "hex", "base64", "reversed"])
@pytest.mark.parametrize("where", ["database", "redis", "log", "temp"])
def test_the_sweep_finds_a_spoken_canary_planted_in_each_place(
    tmp_path: Path, redis_connection: redis.Redis, where: str, coding: str
) -> None:
    wav = VOICE.encodings["wav"]
    planted = {
        **VOICE.encodings,
        "other mp3": to_mp3(read(VOICE.encodings["ogg"])[12_345:]),
        "a part": wav[40_000:44_000],
        "hex": wav[:30_000].hex().encode(),
        "base64": b64encode(wav[:30_000]),
        "reversed": wav[:30_000][::-1],
    }[coding]

    if where == "redis":
        redis_connection.rpush("rq:queue:izwi", planted)
        found = [hit for value in _values_in(redis_connection) for hit in spoken_canary.hits(value, VOICE)]
    else:
        _put(tmp_path, where, planted)
        found = spoken_canary.hits_in_files(tmp_path, VOICE)

    assert found, f"the voice in {where} as {coding} was not found"


def test_the_disguised_voice_is_not_taken_for_the_canary() -> None:
    rendered = render_apart(VOICE.encodings["wav"], limits=Limits(), tone=0.8)

    assert spoken_canary.likeness(VOICE.samples, read(rendered.mp3)) > spoken_canary.ALIKE + 0.05
    assert spoken_canary.hits(rendered.mp3, VOICE) == []


def _strangers_knock(line: Any) -> None:
    form = {"From": NUMBERS[0], "To": "+12065550100", "Body": WORDS[4], "MessageSid": "SM" + "a" * 32}
    knocks = [
        requests.post(f"{line.url}/webhooks/twilio/message", data=form, timeout=20),
        requests.post(f"{line.url}/webhooks/twilio/message", data=form, headers={"X-Twilio-Signature": WORDS[4]}, timeout=20),
        requests.post(f"{line.url}/webhooks/africastalking/{WORDS[4]}/message", data=form, timeout=20),
        requests.post(f"{line.url}/webhooks/handset/message", json=form, timeout=20),
    ]
    assert {answer.status_code for answer in knocks} == {403}
    assert requests.get(f"{line.url}/{WORDS[4]}?{WORDS[3]}={NUMBERS[1]}", timeout=20).status_code == 404
    secret = line.env["IZWI_AFRICASTALKING_WEBHOOK_SECRET"]
    odd = requests.post(
        f"{line.url}/webhooks/africastalking/{secret}/message", data=f"{WORDS[4]}=%ff&from={NUMBERS[3]}", timeout=20
    )
    assert odd.status_code == 200


def _people_call(line: Any) -> None:
    """They press a code and a PIN, a receipt that nobody was given, speak, hang up while they speak, flash, dial a code, and ask
    to be called: what waits to be rung waits sealed."""
    for provider, number, name in (("twilio", NUMBERS[0], "a"), ("africastalking", NUMBERS[1], "b")):
        phone = telephone(line, provider, number, name).dial()
        for keys in ("3", "2", f"{PRESSED[0]}#", f"{PRESSED[1]}#", "*", "*", "3", PRESSED[0], "*", "1"):
            phone.press(keys)
        phone.speak().press("2").hang_up()
        telephone(line, provider, NUMBERS[3], f"{name}flash").dial().hang_up(seconds=2)
        assert not any(hits(text.encode(), EVERYTHING) for text in (*phone.markup, *phone.urls))
    exchange = line.simulator.exchange
    assert dial_code(exchange, NUMBERS[4]).type("1").type("1").type(f"Masoja * {WORDS[2]} {NUMBERS[4]}").is_over
    dial_code(exchange, NUMBERS[4]).type(f"{WORDS[3]} arova").close()
    assert dial_code(exchange, NUMBERS[4]).type("1").type("4").type("1").is_over
    line.simulator.desk.type_text(
        TypedText(phone=line.simulator.network.phones.find(NUMBERS[4]), line="twilio", text="ngifonele")
    )


def _is_called_back(line: Any) -> None:
    """They are rung, press that they can talk, and the canary speaks."""
    ringing = wait_for_ring(line.simulator.exchange, NUMBERS[4], seconds=40)
    assert ringing is not None
    talk = ringing.answer()
    go_through(talk, "1", "3", "1")
    talk.speak(VOICE.encodings["wav"]).hang_up()


def _people_work(line: Any) -> list[bytes]:
    tariro, rudo = Browser(line.url).sign_in("tariro", PASSWORD), Browser(line.url).sign_in("rudo", PASSWORD)
    without_voice = [each for each in tariro.reports() if "recording-" not in tariro.get(each).text]
    page = next(each for each in without_voice if "Masoja" in tariro.get(each).text)
    tariro.act(page, "claim")
    tariro.act(page, "note", note=OURS[1])
    tariro.act(page, "reply", reply=f"{OURS[0]} tomorrow", why="answer", when="now", urgency=OURS[2])
    tariro.verify(page)
    proposal = tariro.propose(page, SUMMARY)
    for path in ("/desk/pictures", "/desk/pictures?share=1"):
        assert tariro.get(path).status_code == 200
    rudo.get(proposal)
    rudo.act(proposal, "approve")
    focal = Browser(line.url).sign_in("focal", PASSWORD)
    assert "Gonzaqxzentry" in focal.get("/log/entries/0").text
    other = next(each for each in without_voice if each != page)
    tariro.act(other, "reject", rejection=OURS[2])
    return [*tariro.seen, *rudo.seen, *focal.seen]


def _a_monitor_reports(line: Any) -> list[bytes]:
    """They are added, call with a right PIN and with wrong ones, and tie a telephone by their word."""
    tariro = Browser(line.url).sign_in("tariro", PASSWORD)
    shown = tariro.act("/desk/monitors", "add", name=OURS[3], language="en", grade="B").text
    code, pin, _ = (each.replace(" ", "") for each in _SHOWN_ONCE.findall(shown))
    (page,) = {*re.findall(r"/desk/monitors/[0-9a-f]{24}", shown)}
    for secret in (pin, *[PRESSED[1][:8]] * 6):
        phone = telephone(line, "twilio", NUMBERS[2], f"c{secret[:1]}").dial()
        for keys in ("3", "2", f"{code}#", f"{secret}#"):
            phone.press(keys)
        phone.hang_up()
    (word,) = _SHOWN_ONCE.findall(tariro.act(page, "word").text)
    text = TypedText(phone=line.simulator.network.phones.find(NUMBERS[0]), line="twilio", text=f"{word} ndini{WORDS[0]}")
    line.simulator.desk.type_text(text)
    assert word.encode() not in (line.folder / "log.txt").read_bytes()
    return tariro.seen


def _people_speak(line: Any) -> list[bytes]:
    """The canary speaks a reply; another is typed."""
    tariro = Browser(line.url).sign_in("tariro", PASSWORD)
    page = next(each for each in tariro.reports() if "to be heard by telephone" in tariro.get(each).text)
    tariro.act(f"{page}/speak", "record", sound=VOICE.encodings["wav"])
    tariro.act(f"{page}/speak", "write", words=f"{OURS[0]} by telephone", language="en")
    return tariro.seen


def _sources_hear(line: Any) -> None:
    """They call from another phone, with each receipt that a phone was sent: one of them hears what was typed, and adds to it."""
    phones = [line.simulator.network.phones.find(number) for number in NUMBERS]
    receipts = {found for phone in phones for bubble in phone.bubbles for found in re.findall(r"\d{3} \d{3} \d{4}", bubble.text)}
    heard = []
    for receipt in sorted(receipts):
        talk = dial(line.simulator.exchange, "africastalking", NUMBERS[5])
        go_through(talk, "3", "3", receipt.replace(" ", ""))
        heard.append(talk.words())
        talk.press("2").speak(VOICE.encodings["wav"]).hang_up()
    assert any(OURS[0] in words and "(a recording)" in words for words in heard), len(receipts)


def _source_deletes(line: Any, eventually: Any) -> None:
    """The third phone got a receipt; it sends it back with the word that deletes."""
    phone = line.simulator.network.phones.find(NUMBERS[1])
    receipt = eventually(
        lambda: next(iter(re.findall(r"\d{3} \d{3} \d{4}", " ".join(b.text for b in phone.bubbles if b.is_reply))), None)
    )
    line.simulator.desk.type_text(TypedText(phone=phone, line="twilio", text=f"delete {receipt}"))
    eventually(lambda: _status(line)["reports.deleted"] == 1)


def _status(line: Any) -> dict[str, int]:
    found: dict[str, int] = line.status()
    return found


def _hits_in_files(line: Any) -> list[str]:
    """Search all that the line left, besides what was written for the reader of the case log."""
    meant = [line.folder / "exported.json", *(line.folder / "forwarded").glob("*.json")]
    sources = [word for word in EVERYTHING if word != "Gonzaqxzentry"]
    spoken = spoken_canary.hits_in_files(line.folder, VOICE, besides=meant)
    return (
        spoken
        + hits_in_files(line.folder, EVERYTHING, besides=meant)
        + [hit for path in meant if path.exists() for hit in hits(path.read_bytes(), sources)]
    )


def _hits_in_redis(line: Any) -> list[str]:
    url = url_of_running(line.state)
    assert url is not None
    connection = redis.Redis.from_url(url)
    voices = [hit for value in _values_in(connection) for hit in spoken_canary.hits(value, VOICE)]
    return _hits_in_every_key(connection) + voices


def _hits_in_every_key(connection: redis.Redis) -> list[str]:
    return [hit for value in _values_in(connection) for hit in hits(value, EVERYTHING)]


def _values_in(connection: redis.Redis) -> list[bytes]:
    found = []
    for key in connection.scan_iter():
        kind = connection.type(key)
        values = {
            b"string": lambda name: [connection.get(name)],
            b"hash": lambda name: [part for pair in connection.hgetall(name).items() for part in pair],
            b"list": lambda name: connection.lrange(name, 0, -1),
            b"set": lambda name: list(connection.smembers(name)),
            b"zset": lambda name: connection.zrange(name, 0, -1),
            b"stream": lambda name: [str(connection.xrange(name)).encode()],
        }[kind](key)
        found += [value or b"" for value in [key, *values]]
    return found


def _coded(word: str, coding: str) -> bytes:
    plain = f"...{word}...".encode()
    return {
        "plain": plain,
        "hex": plain.hex().encode(),
        "base64": b64encode(secrets.token_bytes(2) + plain),
        "utf-16": plain.decode().encode("utf-16-le"),
        "reversed": plain[::-1],
        "gzip": gzip.compress(plain),
    }[coding]


def _plant(folder: Path, connection: redis.Redis, where: str, planted: bytes) -> list[str]:
    if where == "redis":
        connection.rpush("rq:queue:izwi", planted)
        return _hits_in_every_key(connection)
    _put(folder, where, planted)
    return hits_in_files(folder, EVERYTHING)


def _put(folder: Path, where: str, planted: bytes) -> None:
    if where == "database":
        path = folder / "izwi.db"
        database = Database(f"sqlite:///{path}")
        with database.writing() as opened:
            opened.exec_driver_sql("CREATE TABLE planted (value BLOB)")
            opened.exec_driver_sql("INSERT INTO planted VALUES (?)", (sqlite3.Binary(planted),))
            opened.commit()
        database.close()
    elif where == "name":
        (folder / planted.decode("latin-1").replace("/", "_").replace("\0", "")).touch()
    else:
        file = folder / {"spool": "spool/1.event", "log": "log.txt", "temp": "tmp/x.tmp"}[where]
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"before " + planted + b" after")
