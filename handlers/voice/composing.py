"""Compose a turn of the menu into what a provider renders: prompts in the caller's language, and the token of what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.commands import LANGUAGES
from handlers.voice.menu import STATES, Asks, Line, Turn
from handlers.voice.prompts import Prompts
from handlers.voice.speech import Ask, Dialog, GoTo, HangUp, Next, Pause, Said, Speak, Take
from handlers.voice.tokens import Tokens

KEY_SECONDS, NUMBER_SECONDS = 6, 10
MOST_SECONDS, SILENCE_SECONDS = 300, 8
_GROUPS_OF_RECEIPT = (slice(0, 3), slice(3, 6), slice(6, 10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What is made up in the moment: the receipt that is read out, the reply that is heard, what the caller just said."""

    receipt: str | None = field(default=None, repr=False)
    reply: tuple[Speak, ...] = field(default=(), repr=False)
    recording: str | None = field(default=None, repr=False)


class Composer:
    """Gives dialogs."""

    def __init__(self, prompts: Prompts, tokens: Tokens, *, language: str) -> None:
        self._prompts = prompts
        self._tokens = tokens
        self._language = language

    def compose(self, turn: Turn, made: Made, *, call_id: str, provider: str, now: float) -> Dialog:
        """Give the dialog of a turn."""
        memory, state = turn.memory, STATES[turn.memory.state]
        language = memory.language or self._language
        speak = tuple(said for line in turn.says for said in self._said(line, made, language))
        if state.asks is Asks.END:
            return (*speak, HangUp())
        token = self._tokens.seal(memory, call_id=call_id, provider=provider, now=now)
        if state.asks is Asks.KEY:
            return (Ask(speak=speak, next=Next(step="keys", token=token), most_keys=1, seconds=KEY_SECONDS, ends_with=""),)
        if state.asks is Asks.NUMBER:
            following = Next(step="keys", token=token)
            return (Ask(speak=speak, next=following, most_keys=state.most_keys, seconds=NUMBER_SECONDS),)
        if state.asks is Asks.SPEECH:
            following = Next(step="recorded", token=token)
            return (Take(speak=speak, next=following, most_seconds=MOST_SECONDS, silence_seconds=SILENCE_SECONDS),)
        return (*speak, GoTo(next=Next(step="next", token=token)))

    def goodbye(self, language: str | None = None) -> Dialog:
        """End a call politely."""
        return (*self._prompts.speak("bye", language or self._language), HangUp())

    def _said(self, line: Line, made: Made, language: str) -> tuple[Said, ...]:
        if line.key == "@languages":
            return tuple(said for each in LANGUAGES for said in self._prompts.speak("choose", each))
        if line.key == "@listen":
            return self._prompts.speak("listen", language) if made.recording else ()
        if line.key == "@recording":
            return (Speak(text="", language=language, address=made.recording),) if made.recording else ()
        if line.key == "@reply":
            return made.reply
        if line.key == "@name":
            return (Speak(text=line.slots["name"], language=language),)
        if line.key in ("@sent", "@again"):
            return self._receipt(line.key == "@sent", made.receipt, language)
        return self._prompts.speak(line.key, language, **line.slots)

    def _receipt(self, is_first: bool, receipt: str | None, language: str) -> tuple[Said, ...]:
        """Read a receipt out twice, digit by digit, in the groups in which it is written."""
        if receipt is None:
            return self._prompts.speak("sent_known", language)
        digits: list[Said] = []
        for group in _GROUPS_OF_RECEIPT:
            digits += [*self._prompts.digits(receipt[group], language), Pause(seconds=1)]
        opening = self._prompts.speak("sent" if is_first else "again", language)
        again, end = self._prompts.speak("again", language), self._prompts.speak("again_or_end", language)
        return (*opening, Pause(seconds=1), *digits, *again, *digits, *end)
