"""The simulated Twilio in a call: verb by verb, as its documents say, with every request signed."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from gateway.providers.simulator import Simulator
from gateway.providers.simulator.caller import dial, flash
from gateway.providers.simulator.calls.switchboard import Engaged
from gateway.providers.simulator.failures import Failure
from gateway.providers.simulator.sound import seconds_of, to_mp3
from gateway.providers.simulator.speech import babble, babbled
from tests.gateway.providers.answering import NUMBER, Answering, answering, check_signatures, eventually

VOICE = "/webhooks/twilio/voice"
STATUS = "/webhooks/twilio/call"
RECORD = (
    '<Response><Record action="/webhooks/twilio/voice/said" recordingStatusCallback="/webhooks/twilio/recording"'
    ' recordingStatusCallbackEvent="completed absent" finishOnKey="#" maxLength="10" timeout="4"/>'
    "<Redirect>/webhooks/twilio/voice/silent</Redirect></Response>"
)
LEAVE = "<Response><Say>Thank you.</Say><Hangup/></Response>"

Told = tuple[Answering, Simulator]


@pytest.fixture
def told() -> Iterator[Told]:
    with answering() as (product, simulator):
        yield product, simulator
        assert simulator.exchange.switchboard.settle()
        check_signatures(product, simulator.config)


def gather(attributes: str = "", then: str = "<Say>Then.</Say>") -> str:
    return f'<Response><Gather action="voice/keys" {attributes}><Say>Press.</Say></Gather>{then}</Response>'


def test_the_first_request_rings_and_the_next_one_is_in_progress(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, "<Response><Redirect>voice/second</Redirect></Response>")
    product.say(f"{VOICE}/second", LEAVE)

    talk = dial(simulator.exchange, "twilio", NUMBER)

    assert talk.words() == "Thank you."
    assert talk.is_over
    first, second = product.form("voice"), product.form("voice/second")
    assert (first["CallStatus"], second["CallStatus"]) == ("ringing", "in-progress")
    assert first["CallSid"] == second["CallSid"]
    assert (first["From"], first["To"], first["Direction"]) == (NUMBER, "+12065550100", "inbound")


def test_the_end_is_told_with_a_duration_and_a_sequence_number(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, LEAVE)

    dial(simulator.exchange, "twilio", NUMBER).hear()

    last = product.form("call")
    assert (last["CallStatus"], last["SequenceNumber"], last["CallbackSource"]) == ("completed", "0", "call-progress-events")
    assert int(last["CallDuration"]) >= 1
    assert "Timestamp" in last


@pytest.mark.parametrize(
    ("attributes", "pressed", "digits", "ended_by"),
    [
        ('numDigits="1"', "7", "7", ""),
        ("", "12#", "12", "#"),
        ('finishOnKey="*"', "3#4*", "3#4", "*"),
        ('finishOnKey="" numDigits="3"', "1#2", "1#2", ""),
        ('numDigits="4"', "12#", "12", "#"),
    ],
)
def test_gather_comes_back_with_the_keys(told: Told, attributes: str, pressed: str, digits: str, ended_by: str) -> None:
    product, simulator = told
    product.say(VOICE, gather(attributes))
    product.say(f"{VOICE}/keys", LEAVE)
    talk = dial(simulator.exchange, "twilio", NUMBER)
    talk.hear()

    talk.press(pressed)

    assert talk.words() == "Thank you."
    form = product.form("voice/keys")
    assert (form["Digits"], form["FinishedOnKey"]) == (digits, ended_by)


def test_gather_without_keys_falls_through_and_the_product_hears_nothing_of_it(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, gather())
    talk = dial(simulator.exchange, "twilio", NUMBER)

    talk.say_nothing()

    assert talk.words() == "Then."
    assert "voice/keys" not in product.paths()


@pytest.mark.parametrize(("ends", "digits"), [("time", None), ("#", "")])
def test_gather_without_keys_comes_back_where_it_is_told_to(told: Told, ends: str, digits: str | None) -> None:
    product, simulator = told
    product.say(VOICE, gather('actionOnEmptyResult="true"'))
    talk = dial(simulator.exchange, "twilio", NUMBER)
    talk.hear()

    talk.say_nothing() if ends == "time" else talk.press("#")

    talk.hear()
    assert product.form("voice/keys").get("Digits") == digits


def test_some_keys_and_then_silence_are_keys(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, gather('numDigits="4"'))
    talk = dial(simulator.exchange, "twilio", NUMBER)

    talk.hear()
    talk.press("12")
    talk.say_nothing()

    talk.hear()
    assert product.form("voice/keys")["Digits"] == "12"


def test_gather_without_an_action_asks_the_same_document_again(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, '<Response><Gather numDigits="1"/></Response>', LEAVE)
    talk = dial(simulator.exchange, "twilio", NUMBER)

    talk.press("1")

    assert talk.words() == "Thank you."
    assert product.form("voice")["Digits"] == "1"


def test_a_key_cuts_a_prompt_in_a_gather_short_and_is_lost_elsewhere(told: Told) -> None:
    product, simulator = told
    inside = '<Gather action="voice/keys" numDigits="1"><Say>One.</Say><Pause length="2"/><Say>Two.</Say></Gather>'
    product.say(VOICE, f"<Response><Say>Before.</Say>{inside}</Response>")
    talk = dial(simulator.exchange, "twilio", NUMBER)

    talk.press("5")  # while the prompt before the gather sounds
    assert talk.hear_one().text == "Before."
    talk.press("6")
    talk.hear()

    said = [one.text for one in talk.leg.heard if one.kind == "say"]
    assert said == ["Before.", "One."]
    assert product.form("voice/keys")["Digits"] == "6"


def test_recorded_speech_comes_back_with_its_length_and_the_key_that_ended_it(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, RECORD)
    product.say(f"{VOICE}/said", LEAVE)
    talk = dial(simulator.exchange, "twilio", NUMBER)

    talk.speak(babble("a", seconds=3)).press("#")

    assert talk.words() == "Thank you."
    form, told_of = product.form("voice/said"), product.form("recording")
    assert (form["RecordingDuration"], form["Digits"], form["CallStatus"]) == ("3", "#", "in-progress")
    assert (told_of["RecordingStatus"], told_of["RecordingSid"]) == ("completed", form["RecordingSid"])
    assert "From" not in told_of
    kept = simulator.exchange.twilio.recordings[form["RecordingSid"]]
    assert (kept.samples == babbled("a", seconds=3)).all()


def test_the_tone_is_heard_before_a_recording_unless_it_is_not_wanted(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, RECORD, RECORD.replace("<Record ", '<Record playBeep="false" '))

    with_tone = dial(simulator.exchange, "twilio", NUMBER)
    assert [one.kind for one in with_tone.hear()] == ["tone"]
    with_tone.hang_up()
    without = dial(simulator.exchange, "twilio", NUMBER)
    assert without.hear() == []
    without.hang_up()


def test_silence_after_speech_ends_a_recording(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, RECORD)
    talk = dial(simulator.exchange, "twilio", NUMBER)

    talk.speak(babble("a", seconds=1)).speak(babble("b", seconds=1)).say_nothing()

    form = product.form("voice/said")
    assert form["RecordingDuration"] == "2"
    assert "Digits" not in form


def test_speech_is_cut_at_the_longest_length(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, RECORD)

    dial(simulator.exchange, "twilio", NUMBER).speak(babble("a", seconds=12))

    assert product.form("voice/said")["RecordingDuration"] == "10"


def test_nothing_said_is_told_as_absent_and_goes_on_behind_the_record(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, RECORD)
    product.say(f"{VOICE}/silent", LEAVE)
    talk = dial(simulator.exchange, "twilio", NUMBER)

    talk.say_nothing()

    assert talk.words() == "Thank you."
    assert product.form("recording")["RecordingStatus"] == "absent"
    assert "voice/said" not in product.paths()


def test_nothing_said_is_a_recording_of_silence_where_twilio_keeps_it() -> None:
    with answering(keeps_silence=True) as (product, simulator):
        product.say(VOICE, RECORD)

        dial(simulator.exchange, "twilio", NUMBER).say_nothing()

        assert product.form("voice/said")["RecordingDuration"] == "4"


def test_hanging_up_mid_sentence_keeps_what_was_said_and_asks_once_more(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, RECORD)
    talk = dial(simulator.exchange, "twilio", NUMBER)

    talk.speak(babble("a", seconds=2)).hang_up()

    form = product.form("voice/said")
    assert (form["Digits"], form["CallStatus"], form["RecordingDuration"]) == ("hangup", "completed", "2")
    assert product.form("recording")["RecordingStatus"] == "completed"
    assert product.form("call")["CallStatus"] == "completed"


def test_hanging_up_in_a_prompt_asks_nothing_more(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, "<Response><Say>One.</Say><Say>Two.</Say><Redirect>voice/second</Redirect></Response>")
    talk = dial(simulator.exchange, "twilio", NUMBER)

    assert talk.hear_one().text == "One."
    talk.hang_up()

    assert product.wait_for(2) == ["voice", "call"]


def test_hanging_up_while_the_product_answers_still_asks_with_completed(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, gather())
    product.say(f"{VOICE}/keys", gather().replace("voice/keys", "again"))
    asked, go_on = threading.Event(), threading.Event()

    def wait(path: str) -> None:
        if path.endswith("/keys"):
            asked.set()
            go_on.wait(5)

    product.wait = wait
    talk = dial(simulator.exchange, "twilio", NUMBER)
    talk.hear()
    talk.press("1#")
    asked.wait(5)
    talk.leg.hang_up()
    go_on.set()

    form = product.form("voice/again")
    assert (form["CallStatus"], form.get("Digits")) == ("completed", None)


@pytest.mark.parametrize(
    ("reason", "status"), [("", "no-answer"), (' reason="busy"', "busy"), (' reason="rejected"', "no-answer")]
)
def test_a_rejected_call_is_never_picked_up(told: Told, reason: str, status: str) -> None:
    product, simulator = told
    product.say(VOICE, f"<Response><Reject{reason}/></Response>")

    talk = dial(simulator.exchange, "twilio", NUMBER)

    assert talk.hear() == []
    last = product.form("call")
    assert (last["CallStatus"], last["CallDuration"]) == (status, "0")
    assert talk.leg.ended == "rejected by the line"


def test_a_pause_at_the_beginning_delays_picking_up(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, '<Response><Pause length="3"/><Say>Hello.</Say></Response>')
    talk = dial(simulator.exchange, "twilio", NUMBER)
    talk.leg.settle(5)

    assert talk.leg.state == "ringing"
    talk.hang_up()

    assert product.form("call")["CallStatus"] == "no-answer"


def test_a_flash_is_over_before_anybody_answers(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, "<Response><Say>Hello.</Say></Response>")

    flash(simulator.exchange, "twilio", NUMBER)

    assert product.form("voice")["CallStatus"] == "ringing"
    assert product.form("call")["CallStatus"] == "no-answer"
    assert product.form("call")["CallDuration"] == "0"


def test_a_prompt_is_fetched_and_played(told: Told) -> None:
    product, simulator = told
    sound = to_mp3(babbled("prompt", seconds=2))
    product.say("/prompts/welcome.mp3", (200, "audio/mpeg", sound))
    product.say(VOICE, "<Response><Play>/prompts/welcome.mp3</Play></Response>")

    (heard,) = dial(simulator.exchange, "twilio", NUMBER).hear()

    assert (heard.kind, heard.audio) == ("play", sound)
    assert heard.seconds == pytest.approx(2, abs=0.2)


@pytest.mark.parametrize("answer", [(404, "text/plain", b""), (200, "text/html", b"<p>"), (200, "audio/mpeg", b"no sound")])
def test_a_prompt_that_cannot_be_had_is_passed_over_and_said_so(told: Told, answer: tuple[int, str, bytes]) -> None:
    product, simulator = told
    product.say("/prompts/welcome.mp3", answer)
    product.say(VOICE, "<Response><Play>/prompts/welcome.mp3</Play><Say>On.</Say></Response>")

    talk = dial(simulator.exchange, "twilio", NUMBER)

    assert talk.words() == "On."
    assert "a prompt could not be" in talk.notes[0]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("<Response><Say>x</Response>", "not well-formed XML (line 1"),
        ("<Wrong/>", "root is not <Response>"),
        ("<Response><Shout>x</Shout></Response>", "<Shout> is not known here"),
        ("<Response><Gather><Record/></Gather></Response>", "<Record> cannot stand in <Gather>"),
        ('<Response><Gather numdigits="1"/></Response>', "<Gather> has no attribute numdigits"),
        ('<Response><Gather timeout="soon"/></Response>', "timeout of <Gather> is no number"),
        ('<Response><Gather input="speech"/></Response>', "to a recogniser"),
        ('<Response><Record transcribe="true"/></Response>', "to a third party"),
        ("<Response><Redirect>https://elsewhere.example/x</Redirect></Response>", "elsewhere.example, which is not the product"),
        ("<Response><Dial>+263770000012</Dial></Response>", "<Dial> is not simulated"),
        ("<Response>words</Response>", "has text where there is none"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><Response>&b;</Response>', "entities"),
        ("<Response><Redirect>voice</Redirect></Response>", "go in circles"),
        ((200, "application/json", b"{}"), "12300: the answer is application/json"),
        ((500, "text/plain", b""), "11200: the product answered 500"),
        (f"<Response>{'<Pause/>' * 9000}</Response>", "longer than"),
    ],
)
def test_what_cannot_be_performed_ends_the_call_in_words(told: Told, document: str | tuple[int, str, bytes], why: str) -> None:
    product, simulator = told
    product.say(VOICE, document)

    talk = dial(simulator.exchange, "twilio", NUMBER)

    assert talk.words() == "We are sorry, an application error has occurred. Goodbye."
    assert talk.is_over
    assert why in talk.notes[0]
    assert why in talk.leg.ended


def test_plain_text_is_read_aloud(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, (200, "text/plain", b"Hello."))

    assert dial(simulator.exchange, "twilio", NUMBER).words() == "Hello."


def test_an_address_that_is_asked_by_get_is_signed_with_its_query(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, '<Response><Redirect method="GET">voice/second?t=a%2Bb</Redirect></Response>')

    dial(simulator.exchange, "twilio", NUMBER).hear()

    path = product.wait_for(2)[1]
    assert path.startswith("voice/second?t=a%2Bb&CallSid=CA")
    assert check_signatures(product, simulator.config) >= 2


def test_a_recording_can_be_told_of_before_the_step_that_it_belongs_to(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, RECORD)
    simulator.network.failures.plan(Failure(provider="twilio", on="recording", kind="early"))

    dial(simulator.exchange, "twilio", NUMBER).speak(babble("a", seconds=1)).press("#").hear()

    assert product.wait_for(3)[:3] == ["voice", "recording", "voice/said"]


@pytest.mark.parametrize(("kind", "times"), [("lost", 0), ("doubled", 2), ("at_once", 2), ("late", 1), ("swapped", 1)])
def test_a_callback_can_be_lost_doubled_late_or_swapped(told: Told, kind: str, times: int) -> None:
    product, simulator = told
    product.say(VOICE, RECORD)
    simulator.network.failures.plan(Failure(provider="twilio", on="recording", kind=kind, seconds=0.2))

    dial(simulator.exchange, "twilio", NUMBER).speak(babble("a", seconds=1)).press("#").hear()

    eventually(lambda: product.paths().count("recording") == times and "call" in product.paths())
    if kind in ("late", "swapped"):
        assert product.paths()[-2:] == ["call", "recording"]


@pytest.mark.parametrize(("kind", "asked"), [("lost", 0), ("unanswered", 1), ("doubled", 2), ("at_once", 2)])
def test_a_step_can_be_lost_unanswered_or_doubled(told: Told, kind: str, asked: int) -> None:
    product, simulator = told
    product.say(VOICE, gather())
    product.say(f"{VOICE}/keys", LEAVE)
    talk = dial(simulator.exchange, "twilio", NUMBER)
    talk.hear()
    simulator.network.failures.plan(Failure(provider="twilio", on="step", kind=kind))

    talk.press("1#").hear()

    assert product.paths().count("voice/keys") == asked
    assert ("11205" in talk.leg.ended) is (kind in ("lost", "unanswered"))


def test_two_phones_talk_at_the_same_time_and_one_phone_has_one_call(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, gather())
    one, other = dial(simulator.exchange, "twilio", NUMBER), dial(simulator.exchange, "twilio", "+263710000022")

    assert one.words() == other.words() == "Press."
    with pytest.raises(Engaged):
        dial(simulator.exchange, "twilio", NUMBER)
    one.hang_up()
    other.hang_up()


def test_a_call_that_is_forgotten_ends_with_the_simulator() -> None:
    with answering() as (product, simulator):
        product.say(VOICE, gather())
        talk = dial(simulator.exchange, "twilio", NUMBER)
        talk.hear()

    assert talk.is_over


def test_a_withheld_number_calls_like_any_other(told: Told) -> None:
    product, simulator = told
    product.say(VOICE, LEAVE)

    dial(simulator.exchange, "twilio", "anonymous").hear()

    assert product.form("voice")["From"] == "anonymous"


def test_babble_is_the_same_for_the_same_words_and_another_for_others() -> None:
    assert babble("a", seconds=2) == babble("a", seconds=2)
    assert babble("a", seconds=2) != babble("b", seconds=2)
    assert babble("a", seconds=2) != babble("a", seconds=2, voice=1)
    assert seconds_of(babbled("a", seconds=2.5)) == 2.5
