"""One call between a phone and the line, with a method for all that either end can do. Each end has a thread of its own.

The line's end blocks until the person at the phone has heard, pressed, spoken, or let time pass; everything it waits in raises
`HungUp` once the call is over. A call that nobody touches for some minutes is cut.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from gateway.providers.simulator.calls.heard import Heard, HungUp, Keys, Seen, Speech, Wanting
from gateway.providers.simulator.phones import Phone
from gateway.providers.simulator.sound import Samples, joined, seconds_of

Answered = Literal["answered", "busy", "no-answer"]
_MOST_HEARD = 400
_CUT_AFTER = 300.0


class Leg:
    """A call. `is_placed` says that the line rang the phone; `hears_itself` that prompts need nobody to say they were heard."""

    def __init__(self, phone: Phone, line: str, *, is_placed: bool, hears_itself: bool, changed: Callable[[], None]) -> None:
        self.phone, self.line, self.is_placed, self.hears_itself = phone, line, is_placed, hears_itself
        self.state: Literal["ringing", "talking", "over"] = "ringing"
        self.ended = ""
        self.is_hung_up = False
        self.is_on_page = False  # whether the page's script says when prompts are heard out and time has passed
        self.wanting: Wanting | None = None
        self.heard: list[Heard] = []
        self.seconds = 0.0
        self._changed = changed
        self._moved = threading.Condition(threading.RLock())
        self._began = 0.0
        self._count = self._heard_out = 0
        self._answered: Answered | None = None
        self._keys = ""
        self._speech: list[Samples] = []
        self._has_passed = self._has_spoken = False

    # --- the line's end -------------------------------------------------------------------------------------------------

    def wait_for_answer(self, seconds: float) -> Answered:
        """Ring the phone until somebody answers, declines, or has let it ring for so long."""
        if self.phone.when_called != "ring":
            return "busy" if self.phone.when_called == "busy" else "no-answer"
        with self._moved:
            self._moved.wait_for(lambda: self._answered or self.is_over, timeout=seconds)
            return "no-answer" if self.is_over else self._answered or "no-answer"

    def pick_up(self) -> None:
        """Begin to talk; raise `HungUp` if the person did not wait for it."""
        with self._moved:
            self.check()
            if self.state == "ringing":
                self.state, self._began = "talking", time.monotonic()
                self._tell()

    def give(self, heard: Heard) -> bool:
        """Let the person hear something to its end; give False where a key cut it short."""
        with self._moved:
            self.check()
            shown = self._show(heard)
            self.seconds += heard.seconds
            if not self.hears_itself:
                self._wait(lambda: self._heard_out >= shown.number or (shown.is_open and bool(self._keys)))
            self._heard_out = max(self._heard_out, shown.number)
            return not (shown.is_open and self._keys)

    def take_keys(self, *, seconds: float, most: int, ends_with: str) -> Keys:
        """Wait for keys: until the last of so many, one that ends them, or so long without any."""
        digits = ""
        while True:
            with self._moved:
                if not self._keys:
                    self._want(Wanting(kind="keys", seconds=seconds, most=most, ends_with=ends_with))
                    self._wait(lambda: bool(self._keys) or self._has_passed)
                if not self._keys:
                    self.seconds += seconds
                    return self._taken(Keys(digits))
                key, self._keys = self._keys[0], self._keys[1:]
                if key in ends_with:
                    return self._taken(Keys(digits, key))
                digits += key
                if most and len(digits) >= most:
                    return self._taken(Keys(digits))

    def take_speech(self, *, seconds: float, most: float, ends_with: str) -> Speech:
        """Wait for speech: until a key that ends it, silence, so many seconds, or a hang-up, after which it is still given."""
        with self._moved:
            self._speech = []
            while True:
                self._want(Wanting(kind="speech", seconds=seconds, most=most, ends_with=ends_with))
                try:
                    self._wait(lambda: bool(self._keys) or self._has_passed or self._has_spoken)
                except HungUp:
                    return self._spoken("hangup", most)
                key, self._keys = self._keys[:1], self._keys[1:]
                if key and key in ends_with:
                    return self._spoken(key, most)
                if most and sum(map(seconds_of, self._speech)) >= most:
                    return self._spoken("most", most)
                if self._has_passed:
                    self.seconds += seconds
                    return self._spoken("silence", most)

    def note(self, text: str) -> None:
        """Tell the one who looks something that the person at the phone does not hear."""
        with self._moved:
            self._show(Heard(kind="note", text=text))

    def end(self, words: str) -> None:
        """End the call, if it is not over, and say why in words."""
        with self._moved:
            if self._began:
                self.seconds = max(self.seconds, time.monotonic() - self._began)
            self.state, self.wanting, self.ended = "over", None, self.ended or words
            self._tell()

    # --- the person's end -----------------------------------------------------------------------------------------------

    def answer(self, how: Answered = "answered") -> None:
        """Answer, decline (`busy`) or let ring (`no-answer`) a phone that rings."""
        with self._moved:
            self._answered = self._answered or how
            self._tell()

    def hear_out(self, number: int) -> None:
        """Say that all up to this has been heard."""
        with self._moved:
            self._heard_out = max(self._heard_out, number)
            self._tell()

    def press(self, keys: str) -> None:
        """Press keys, one after the other. Where nobody listens, they are lost."""
        with self._moved:
            for key in (key for key in keys if key in "0123456789*#"):
                is_listening = self.wanting is not None or bool(self._keys) or (self.playing is not None and self.playing.is_open)
                self._show(Heard(kind="key", text=key if is_listening else f"{key} (nobody listens)"))
                self._keys += key if is_listening else ""
            self.wanting = None if self._keys else self.wanting
            self._tell()

    def speak(self, samples: Samples) -> None:
        """Say something. Where it is not recorded, it is lost."""
        with self._moved:
            is_recorded = self.wanting is not None and self.wanting.kind == "speech"
            words = f"{seconds_of(samples):.0f} seconds" if is_recorded else "(nobody records)"
            self._show(Heard(kind="said", text=words))
            if is_recorded:
                self._speech.append(samples)
                self._has_spoken, self.wanting = True, None
            self._tell()

    def let_pass(self) -> None:
        """Let so much time pass that what the line waits for has not come."""
        with self._moved:
            if self.wanting is not None and self.wanting.seconds:
                self._has_passed, self.wanting = True, None
                self._tell()

    def hang_up(self) -> None:
        """Hang up, or stop ringing."""
        with self._moved:
            if self.state != "over":
                self.is_hung_up = True
                self.ended = self.ended or "hung up by the phone"
                self._tell()

    @property
    def is_over(self) -> bool:
        """Whether either end has hung up."""
        return self.is_hung_up or self.state == "over"

    @property
    def playing(self) -> Heard | None:
        """What sounds just now and is not heard out."""
        with self._moved:
            return next((one for one in self.heard if one.is_from_line and one.number > self._heard_out), None)

    def seen(self) -> Seen:
        """Give all that its page shows, as it is together."""
        with self._moved:
            return Seen(
                line=self.line,
                state="over" if self.is_over else self.state,
                ended=self.ended,
                is_placed=self.is_placed,
                is_driven=self.is_on_page and not self.hears_itself,
                heard=tuple(self.heard),
                wanting=self.wanting,
                playing=self.playing if not self.is_over else None,
            )

    def settle(self, seconds: float) -> bool:
        """Wait until the person has something to hear, something to do, or nobody on the line; say whether it came to be."""
        with self._moved:
            return self._moved.wait_for(
                lambda: self.state == "over" or (not self._keys and (self.wanting is not None or self.playing is not None)),
                timeout=seconds,
            )

    def wait_for_end(self, seconds: float) -> bool:
        """Wait until the line's end has noticed that the call is over; say whether it did."""
        with self._moved:
            return self._moved.wait_for(lambda: self.state == "over", timeout=seconds)

    # --- both -----------------------------------------------------------------------------------------------------------

    def _wait(self, check: Callable[[], bool]) -> None:
        """Wait; raise `HungUp` if the call is over, or was forgotten by whoever began it."""
        if not self._moved.wait_for(lambda: self.is_over or check(), timeout=_CUT_AFTER):
            self.is_hung_up, self.ended = True, "cut, since nobody touched the phone for some minutes"
        self.check()

    def check(self) -> None:
        """Raise `HungUp` if the call is over."""
        if self.is_over:
            self.wanting = None
            raise HungUp

    def _want(self, wanting: Wanting) -> None:
        self._count += 1
        self._has_passed = self._has_spoken = False
        self.wanting = replace(wanting, number=self._count)
        self._tell()

    def _taken(self, keys: Keys) -> Keys:
        self.wanting, self._keys = None, ""
        return keys

    def _spoken(self, ended_by: str, most: float) -> Speech:
        self.wanting, self._keys = None, ""
        kept = joined(self._speech, most_seconds=most)
        self.seconds += seconds_of(kept)
        return Speech(kept, ended_by)

    def _show(self, heard: Heard) -> Heard:
        self._count += 1
        shown = replace(heard, number=self._count)
        self.heard.append(shown)
        del self.heard[:-_MOST_HEARD]
        if self.hears_itself and shown.is_from_line:
            self._heard_out = shown.number
        self._tell()
        return shown

    def _tell(self) -> None:
        self._moved.notify_all()
        self._changed()
