"""Twilio's interpreter: it asks the product, performs the TwiML that it answers, and comes back with keys and recordings.

https://www.twilio.com/docs/voice/twiml/gather and .../record, seen 2026-11. A caller who hangs up while the product is composing
its answer makes Twilio perform that answer on a dead line: the product may still be asked, with `CallStatus=completed`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.utils import format_datetime
from functools import partial

from gateway.providers.simulator.calls.callbacks import Callbacks
from gateway.providers.simulator.calls.heard import Heard, HungUp, Speech
from gateway.providers.simulator.calls.leg import Leg
from gateway.providers.simulator.calls.markup import Malformed, Verb
from gateway.providers.simulator.calls.performing import Stage, Step
from gateway.providers.simulator.calls.twilio_calls import TwilioCall, TwilioCalls, TwilioRecording
from gateway.providers.simulator.calls.twiml import PROMPTS, read_twiml
from gateway.providers.simulator.posting import Outcome
from gateway.providers.simulator.side import now
from gateway.providers.simulator.sound import Samples, silence

_SORRY = "We are sorry, an application error has occurred. Goodbye."
_ANY_KEY = "1234567890*#"
_WORDS = {"completed": "ended by the line", "busy": "busy", "no-answer": "not answered", "canceled": "called off by the line"}


class TwilioStage(Stage):
    """One call on which TwiML is performed."""

    def __init__(self, calls: TwilioCalls, call: TwilioCall, leg: Leg) -> None:
        super().__init__(calls.network, leg)
        self._calls, self._call = calls, call
        self._unanswered = "no-answer"  # what the call was in the end, if nobody picked up
        self._callbacks = Callbacks(calls.network, "twilio")

    def play(self, address: str, method: str = "POST") -> None:
        """Perform a call, from the first address on, to its end."""
        self._play(lambda: Step(address=address, method=method))

    def play_document(self, body: bytes) -> None:
        """Perform a call that begins with a document given beforehand; its addresses must be whole."""
        self._play(lambda: self._perform(read_twiml(body, "text/xml"), ""))

    def ring(self, seconds: float) -> bool:
        """Ring the phone, telling the product how it goes; say whether somebody answered."""
        for status in ("queued", "ringing"):
            self._call.status = status
            self._calls.tell_status(self._call, self._callbacks)
        how = self.leg.wait_for_answer(seconds)
        if how != "answered":
            self._unanswered = "canceled" if self.leg.state == "over" else how
            return False
        try:
            self._pick_up()
        except HungUp:
            return False
        self._calls.tell_status(self._call, self._callbacks)
        return True

    def finish(self) -> None:
        """End the call and tell the product."""
        call = self._call
        call.status = "completed" if call.started is not None else self._unanswered
        call.ended = now()
        self.leg.end(_WORDS.get(call.status, call.status))
        self._calls.tell_status(call, self._callbacks)
        self._callbacks.flush()

    def _play(self, begin: Callable[[], Step | None]) -> None:
        try:
            step = begin()
            while step is not None:
                step = self._perform(self._ask(step), step.address)
        except HungUp:
            pass
        except Malformed as error:
            self._apologise(str(error))
        self.finish()

    def _ask(self, step: Step) -> tuple[Verb, ...]:
        """Ask the product; give the verbs that it answers, or perform them on a dead line and raise `HungUp`."""
        self.count_step()
        outcome = self._post(step)
        if self.leg.is_over:
            self._perform_after_hang_up(outcome, step.address)
            raise HungUp
        if outcome.status <= 0:
            raise Malformed("11205: no answer from the product")
        if not outcome.is_taken:
            raise Malformed(f"11200: the product answered {outcome.status}")
        return read_twiml(outcome.body, outcome.content_type)

    def _post(self, step: Step) -> Outcome:
        path, fields = self.path_of(step.address), self._calls.fields_of(self._call) | step.fields
        make = partial(self._calls.side.signed, path, fields, method=step.method)
        outcome = self._callbacks.ask(make)
        return self._callbacks.ask(make) if outcome.status == 0 else outcome  # no connection: once more, as by default

    def _perform_after_hang_up(self, outcome: Outcome, base: str) -> None:
        """Come back once from an answer that found nobody on the line any more."""
        self._end_status()
        try:
            verbs = read_twiml(outcome.body, outcome.content_type) if outcome.is_taken else ()
            for verb in verbs:
                if verb.name in ("Reject", "Hangup", "Record"):
                    return
                if verb.name in ("Gather", "Redirect"):
                    address = self.resolve(base, verb.get("action", base) if verb.name == "Gather" else verb.text)
                    self._post(Step(address=address, method=verb.get("method", "POST")))
                    return
        except Malformed as error:
            self.leg.note(str(error))

    def _perform(self, verbs: Sequence[Verb], base: str) -> Step | None:
        """Perform verbs until one leads elsewhere; give where, None at the end of the call."""
        for verb in verbs:
            if verb.name == "Reject":
                self._reject(verb)
                return None
            if verb.name != "Pause" or self.leg.state != "ringing":  # a pause at the beginning delays picking up
                self._pick_up()
            if verb.name == "Hangup":
                return None
            if verb.name == "Redirect":
                return Step(address=self.resolve(base, verb.text), method=verb.get("method", "POST"))
            step = None
            if verb.name in PROMPTS:
                self.perform_prompts([verb], base, is_open=False)
            elif verb.name == "Gather":
                step = self._gather(verb, base)
            else:
                step = self._record(verb, base)
            if step is not None:
                return step
        self._pick_up()
        return None

    def _reject(self, verb: Verb) -> None:
        if self.leg.state == "ringing":
            self._unanswered = "busy" if verb.get("reason", "rejected") == "busy" else "no-answer"
            self.leg.end("rejected by the line")

    def _pick_up(self) -> None:
        self.leg.pick_up()
        if self._call.started is None:
            self._call.started, self._call.status = now(), "in-progress"

    def _end_status(self) -> None:
        self._call.status = "completed" if self._call.started is not None else self._unanswered

    def _gather(self, verb: Verb, base: str) -> Step | None:
        self.perform_prompts(verb.inside, base, is_open=True)
        seconds, most = max(1, verb.number("timeout", 5)), verb.number("numDigits", 0)
        keys = self.leg.take_keys(seconds=seconds, most=most, ends_with=verb.get("finishOnKey", "#"))
        if not keys.digits and not verb.truth("actionOnEmptyResult", default=False):
            return None
        fields = {"msg": "Gather End"}
        if keys.digits or keys.ended_by:  # Where nothing at all was pressed, the field is absent.
            fields |= {"Digits": keys.digits, "FinishedOnKey": keys.ended_by}
        address = self.resolve(base, verb.get("action", base))
        return Step(address=address, method=verb.get("method", "POST"), fields=fields)

    def _record(self, verb: Verb, base: str) -> Step | None:
        if verb.truth("playBeep", default=True):
            self.give_tone()
        seconds, most = verb.number("timeout", 5), verb.number("maxLength", 3600)
        speech = self.leg.take_speech(seconds=seconds, most=most, ends_with=verb.get("finishOnKey", _ANY_KEY))
        samples = self._kept(speech, seconds)
        if speech.ended_by == "hangup":
            self._end_status()
        if not len(samples):
            self._tell_recording(verb, base, None)
            self.leg.check()
            return None
        recording = self._calls.keep_recording(self._call, samples)
        step = self._recorded(verb, base, recording, speech)
        self._tell_recording(verb, base, recording)
        if speech.ended_by == "hangup":
            self._post(step)
            raise HungUp
        return step

    def _kept(self, speech: Speech, seconds: int) -> Samples:
        """Give what is kept of what was said: of silence nothing, or the silence itself."""
        if len(speech.samples) or speech.ended_by != "silence" or not self.network.config.keeps_silence:
            return speech.samples
        return silence(seconds)

    def _recorded(self, verb: Verb, base: str, recording: TwilioRecording, speech: Speech) -> Step:
        fields = {
            "RecordingUrl": self._address_of(recording),
            "RecordingSid": recording.sid,
            "RecordingDuration": str(recording.seconds),
        }
        if speech.ended_by in ("hangup", *_ANY_KEY):
            fields["Digits"] = speech.ended_by
        address = self.resolve(base, verb.get("action", base))
        return Step(address=address, method=verb.get("method", "POST"), fields=fields)

    def _tell_recording(self, verb: Verb, base: str, recording: TwilioRecording | None) -> None:
        """Tell the product that a recording is ready, or that there is none, if it asked for that."""
        state = "completed" if recording is not None else "absent"
        if "recordingStatusCallback" not in verb.attributes:
            return
        if state not in verb.get("recordingStatusCallbackEvent", "completed").split():
            return
        path = self.path_of(self.resolve(base, verb.attributes["recordingStatusCallback"]))
        fields = {
            "AccountSid": self.network.config.twilio_account_sid,
            "CallSid": self._call.sid,
            "RecordingStatus": state,
            "RecordingSid": recording.sid if recording is not None else "",
            "RecordingDuration": str(recording.seconds if recording is not None else 0),
            "RecordingChannels": "1",
            "RecordingStartTime": format_datetime(recording.created if recording is not None else now()),
            "RecordingSource": "RecordVerb",
            "RecordingTrack": "inbound",
            "ErrorCode": "0",
        }
        if recording is not None:
            fields["RecordingUrl"] = self._address_of(recording)
        method = verb.get("recordingStatusCallbackMethod", "POST")
        make = partial(self._calls.side.signed, path, fields, method=method)
        if self.network.failures.take("twilio", "recording", of=frozenset({"early"})) is not None:
            self.network.postman.post(make())
        else:
            self._callbacks.tell(make, on="recording", after=self.network.config.pace)

    def _address_of(self, recording: TwilioRecording) -> str:
        """Give the address as Twilio tells it, which begins with `http:` now and then; or one that leads elsewhere."""
        planned = self.network.failures.take("twilio", "recording", of=frozenset({"elsewhere"}))
        account = self.network.config.twilio_account_sid
        theirs = f"http://api.twilio.com/2010-04-01/Accounts/{account}/Recordings/{recording.sid}"
        return planned.to if planned is not None else theirs

    def _apologise(self, words: str) -> None:
        """Say what Twilio says to a caller for whom nothing goes on, and show why on the page."""
        self.leg.note(words)
        try:
            self._pick_up()
            self.give(Heard(kind="say", text=_SORRY, language="en-US", seconds=4.0))
        except HungUp:
            pass
        self.leg.end(f"ended, since {words}")
