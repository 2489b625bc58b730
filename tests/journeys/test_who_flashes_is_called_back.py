"""Five flashes from one phone at both providers make one call back, and a code is dialled: on a whole line, over real HTTP."""

from __future__ import annotations

import time
from typing import Any

import redis

from gateway.carriage import url_of_running
from gateway.providers.simulator.caller import dial_code, flash, wait_for_ring
from tests.canary import digits_of, hits, hits_in_files

NUMBER, OTHER = "+263770000071", "+263710000072"
WORD = "Zvakaipazqv"
AT_ONCE = {"IZWI_CALL_BACK_DELAY_MINUTES": "0-0", "IZWI_CALL_BACK_QUIET_HOURS": "00:00-00:00"}


def _searched(line: Any) -> list[str]:
    """Search all that the line left for the numbers and the word."""
    wanted = (WORD, *digits_of(NUMBER), *digits_of(OTHER))
    found = hits_in_files(line.folder, wanted)
    url = url_of_running(line.state)
    keys = redis.Redis.from_url(url).scan_iter() if url else ()
    return found + [hit for key in keys for hit in hits(key, wanted)]


def test_five_flashes_make_one_call_and_whoever_answers_is_asked_first(new_line: Any, eventually: Any) -> None:
    line = new_line(**AT_ONCE)
    line.start()
    exchange = line.simulator.exchange

    for way in ("twilio", "africastalking", "twilio", "africastalking", "twilio"):
        flash(exchange, way, NUMBER)
    ringing = wait_for_ring(exchange, NUMBER, seconds=40)
    assert ringing is not None
    while_it_waits = _searched(line)
    talk = ringing.answer()
    first = talk.words()
    assert "1" in first and "press" not in first.replace("press 1", "")
    talk.press("1")
    assert talk.words() != ""
    talk.press("3")
    talk.hear()
    talk.hang_up()
    exchange.switchboard.forget(exchange.network.phones.find(NUMBER))

    assert wait_for_ring(exchange, NUMBER, seconds=6) is None
    assert while_it_waits == []
    eventually(lambda: not _searched(line), seconds=20)
    assert "work.failed" in line.status() and line.status()["work.failed"] == 0
    line.stop()
    assert _searched(line) == []


def test_a_code_is_dialled_a_report_is_kept_and_a_call_asked_for(new_line: Any, eventually: Any) -> None:
    line = new_line(**AT_ONCE)
    line.start()
    exchange = line.simulator.exchange

    ussd = dial_code(exchange, OTHER)
    assert "3 English" in ussd.screen
    ussd.type("3").type("1").type(f"Masoja arova vanhu * {WORD}")
    assert ussd.is_over and not ussd.session.note
    receipt = "".join(letter for letter in ussd.screen if letter.isdigit())
    assert len(receipt) == 10
    eventually(lambda: line.status()["reports.open"] == 1, seconds=40)

    again = dial_code(exchange, NUMBER).type("3").type("2").type(receipt)
    assert "no answer yet" in again.screen
    again.type("2").type("More of it")
    assert "added" in again.screen
    asked = dial_code(exchange, OTHER).type("3").type("4").type("1")
    assert asked.is_over
    ringing = wait_for_ring(exchange, OTHER, seconds=40)
    assert ringing is not None
    ringing.answer().hang_up()

    time.sleep(1)
    assert all(not bubble.is_reply for bubble in exchange.network.phones.find(OTHER).bubbles)
    assert _searched(line) == []
    line.stop()
    assert _searched(line) == []
