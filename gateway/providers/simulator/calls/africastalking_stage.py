"""The interpreter of Africa's Talking: one handler that is asked at every step, and that an action's `callbackUrl` changes for
the rest of the call.

https://developers.africastalking.com/docs/voice/handle_calls, seen 2026-11. A request with `isActive=0` is not answered for.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from gateway.providers.simulator.calls.africastalking_calls import AtCall, AtCalls
from gateway.providers.simulator.calls.atxml import PROMPTS, is_terminal, read_actions
from gateway.providers.simulator.calls.callbacks import Callbacks
from gateway.providers.simulator.calls.heard import HungUp
from gateway.providers.simulator.calls.leg import Leg
from gateway.providers.simulator.calls.markup import Malformed, Verb
from gateway.providers.simulator.calls.performing import Stage, Step

_CAUSES = {"busy": "USER_BUSY", "no-answer": "NO_ANSWER", "rejected": "CALL_REJECTED", "away": "SUBSCRIBER_ABSENT"}
_WORDS = {"busy": "busy", "no-answer": "not answered", "rejected": "rejected by the line"}
_DEFAULT_SECONDS = 30
_LONGEST = 3600


class AtStage(Stage):
    """One call on which actions are performed."""

    def __init__(self, calls: AtCalls, call: AtCall, leg: Leg) -> None:
        super().__init__(calls.network, leg)
        self._calls, self._call = calls, call
        self._handler = calls.address("voice")
        self._callbacks = Callbacks(calls.network, "africastalking")
        self._recorded = ""  # the address of what was recorded last

    def play(self) -> None:
        """Perform a call, from the first request to the last."""
        if self._call.direction == "Inbound":
            self._event()
        try:
            step: Step | None = Step(address=self._handler)
            while step is not None:
                step = self._perform(self._ask(step))
        except HungUp:
            pass
        except Malformed as error:
            self.leg.note(str(error))
            self.leg.end(f"ended, since {error}")
        self.finish()

    def ring(self, seconds: float) -> bool:
        """Ring the phone; say whether somebody answered."""
        self._event()
        how = self.leg.wait_for_answer(seconds)
        if how == "answered":
            try:
                self._pick_up()
            except HungUp:
                return False
            return True
        self._call.unanswered = how
        return False

    def finish(self) -> None:
        """End the call and tell the product, at the handler of the moment, what became of it."""
        call = self._call
        call.state = "Completed" if call.is_answered else "NotAnswered"
        self.leg.end("ended by the line" if call.is_answered else _WORDS[call.unanswered])
        seconds = max(1, round(self.leg.seconds)) if call.is_answered else 0
        last = {
            "durationInSeconds": str(seconds),
            "currencyCode": "USD",
            "amount": f"{seconds * 0.0005:.4f}",
            "status": "Success" if call.is_answered else "NotAnswered",
            "hangupCause": "NORMAL_CLEARING" if call.is_answered else _CAUSES[call.unanswered],
        }
        if self._recorded:
            last["recordingUrl"] = self._recorded
        fields = self._fields(is_active=False) | last
        self._callbacks.tell(partial(self._calls.parcel, self.path_of(self._handler), fields), on="status")
        self._event()
        self._callbacks.flush()

    def _ask(self, step: Step) -> tuple[Verb, ...]:
        self.count_step()
        fields = self._fields(is_active=True) | step.fields
        outcome = self._callbacks.ask(partial(self._calls.parcel, self.path_of(step.address), fields))
        self.leg.check()
        if outcome.status <= 0:
            raise Malformed("no answer from the product")
        if not outcome.is_taken:
            raise Malformed(f"the product answered {outcome.status}")
        return read_actions(outcome.body, outcome.content_type)

    def _perform(self, verbs: Sequence[Verb]) -> Step | None:
        """Perform actions until one leads elsewhere; give where, None at the end of the call."""
        for verb in verbs:
            if verb.name == "Reject":
                self._reject()
                return None
            self._pick_up()
            step = None
            if verb.name in PROMPTS:
                self._prompt(verb, is_open=False)
            elif verb.name == "Redirect":
                self._go_to(verb.text)
                step = Step(address=self._handler)
            elif verb.name == "GetDigits":
                step = self._digits(verb)
            else:
                step = self._record(verb)
            if step is not None:
                return step
        return None

    def _reject(self) -> None:
        if self.leg.state == "ringing":
            self._call.unanswered = "rejected"
        self.leg.end(_WORDS["rejected"])

    def _pick_up(self) -> None:
        self.leg.pick_up()
        if not self._call.is_answered:
            self._call.is_answered, self._call.state = True, "Active"
            self._event()

    def _prompt(self, verb: Verb, *, is_open: bool) -> None:
        self.perform_prompts([verb], self._handler, is_open=is_open)
        if verb.get("playBeep", "false") == "true":
            self.give_tone()

    def _digits(self, verb: Verb) -> Step | None:
        """Ask for keys. Without any, the next action follows, and the product hears nothing of it."""
        for prompt in verb.inside:
            self._prompt(prompt, is_open=True)
        seconds, most = max(1, verb.number("timeout", _DEFAULT_SECONDS)), verb.number("numDigits", 0)
        keys = self.leg.take_keys(seconds=seconds, most=most, ends_with=verb.get("finishOnKey", ""))
        if not keys.digits:
            return None
        return self._back(verb, {"dtmfDigits": keys.digits})

    def _record(self, verb: Verb) -> Step | None:
        """Record until a key, silence or a hang-up, and come back; or for the rest of the call, with the last request."""
        for prompt in verb.inside:
            self._prompt(prompt, is_open=False)
        if verb.truth("playBeep", default=False):
            self.give_tone()
        terminal = is_terminal(verb)
        most, seconds = verb.number("maxLength", _LONGEST), 0 if terminal else verb.number("timeout", _LONGEST)
        speech = self.leg.take_speech(seconds=seconds, most=most, ends_with=verb.get("finishOnKey", ""))
        self._recorded = self._calls.keep_recording(self._call, speech.samples) if len(speech.samples) else ""
        if terminal:
            raise HungUp
        step = self._back(verb, {"recordingUrl": self._recorded})
        if speech.ended_by == "hangup":
            # Seen by others: the recording's own request, already with isActive=0, comes before the last one.
            self._callbacks.ask(
                partial(self._calls.parcel, self.path_of(step.address), self._fields(is_active=False) | step.fields)
            )
            raise HungUp
        return step

    def _back(self, verb: Verb, fields: dict[str, str]) -> Step:
        if "callbackUrl" in verb.attributes:
            self._go_to(verb.attributes["callbackUrl"])
        return Step(address=self._handler, fields=fields)

    def _go_to(self, address: str) -> None:
        """Change the handler for the rest of the call."""
        handler = self.resolve(self._handler, address)
        self.path_of(handler)
        self._handler = handler

    def _fields(self, *, is_active: bool) -> dict[str, str]:
        return self._calls.fields_of(self._call, is_active=is_active)

    def _event(self) -> None:
        """Tell the events address, which is one for the account, what state the call is in."""
        fields = self._fields(is_active=self._call.state not in ("Completed", "NotAnswered"))
        if self._call.request_id:
            fields["clientRequestId"] = self._call.request_id
        path = self.path_of(self._calls.address("voice/events"))
        self._callbacks.tell(partial(self._calls.parcel, path, fields), on="event")
