"""USSD of Africa's Talking: screens of at most 182 letters, answers joined by `*`, a session that ends when its time is over.

https://developers.africastalking.com/docs/ussd/overview, seen 2026-11.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from gateway.providers.simulator.calls.africastalking_calls import AtCalls
from gateway.providers.simulator.calls.callbacks import Callbacks
from gateway.providers.simulator.phones import Phone
from gateway.providers.simulator.side import now

LONGEST_SCREEN = 182
SESSION_SECONDS = 180.0
SCREEN_SECONDS = 60.0
_ECONET = "64804"
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)


@dataclass(slots=True)
class UssdSession:
    """One session as its phone shows it. `note` is for the one who looks."""

    phone: Phone = field(repr=False)
    code: str
    id: str
    began: float
    screen: str = field(default="", repr=False)
    note: str = ""
    is_over: bool = False
    answers: list[str] = field(default_factory=list, repr=False)
    shown: float = 0.0
    hops: int = 0
    last_answer: str = field(default="", repr=False)

    @property
    def seconds_left(self) -> float:
        """How long an answer to this screen is awaited, as it was when it was shown."""
        return max(0.0, min(SCREEN_SECONDS, SESSION_SECONDS - (self.shown - self.began)))


class Ussd:
    """The USSD sessions of all phones, the last of each."""

    def __init__(self, calls: AtCalls, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls, self._clock = calls, clock
        self._lock = threading.RLock()
        self._sessions: dict[str, UssdSession] = {}
        self._callbacks = Callbacks(calls.network, "africastalking")

    def dial(self, phone: Phone, code: str) -> UssdSession:
        """Dial a code and show the first screen."""
        at = self._clock()
        session = UssdSession(phone=phone, code=code, id="ATUid_" + secrets.token_hex(16), began=at, shown=at)
        with self._lock:
            earlier = self._sessions.get(phone.number)
            self._sessions[phone.number] = session
        if earlier is not None:
            self._end(earlier, "Incomplete")
        if code != self._calls.network.config.africastalking_ussd_code:
            session.screen, session.is_over = "Connection problem or invalid MMI code.", True
            self._calls.network.phones.touch()
        else:
            self._hop(session)
        return session

    def of(self, phone: Phone) -> UssdSession | None:
        """Give the session that a phone shows; one whose time is over says so."""
        with self._lock:
            session = self._sessions.get(phone.number)
        if session is not None and not session.is_over and self._clock() > session.shown + session.seconds_left:
            self._run_out(session)
        return session

    def look(self) -> None:
        """End the sessions whose time is over."""
        with self._lock:
            phones = [session.phone for session in self._sessions.values()]
        for phone in phones:
            self.of(phone)

    def answer(self, phone: Phone, text: str) -> UssdSession | None:
        """Answer a screen, and show the next one."""
        session = self.of(phone)
        if session is not None and not session.is_over:
            session.answers.append(text)
            self._hop(session)
        return session

    def close(self, phone: Phone) -> None:
        """Cancel a session, or clear what its last screen said."""
        with self._lock:
            session = self._sessions.pop(phone.number, None)
        if session is not None:
            self._end(session, "Incomplete")
        self._calls.network.phones.touch()

    def _hop(self, session: UssdSession) -> None:
        session.hops += 1
        fields = self._named(session) | {"text": "*".join(session.answers)}
        path = self._path("ussd")
        outcome = self._callbacks.ask(partial(self._calls.parcel, path, fields), on="ussd")
        session.shown = self._clock()
        if session.shown > session.began + SESSION_SECONDS:
            self._run_out(session)
        elif outcome.status != 200:
            self._break(session, f"the product answered {outcome.status}" if outcome.status > 0 else "no answer from the product")
        else:
            self._show(session, outcome.body.decode("utf-8", "replace"))
        self._calls.network.phones.touch()

    def _show(self, session: UssdSession, answer: str) -> None:
        word, _, text = answer.partition(" ")
        if word not in ("CON", "END"):
            self._break(session, "the answer begins with neither CON nor END")
            return
        session.last_answer = answer
        session.screen, session.note = text[:LONGEST_SCREEN], ""
        if len(text) > LONGEST_SCREEN:
            session.note = f"cut: the screen has {len(text)} letters, {LONGEST_SCREEN} at most are shown"
        strange = sorted(set(text) - _GSM)
        if strange:
            session.note = f"letters that no simple phone shows: {' '.join(strange)}"
        if word == "END":
            self._end(session, "Success")

    def _run_out(self, session: UssdSession) -> None:
        session.note = "the session's time ran out"
        self._end(session, "Incomplete")
        self._calls.network.phones.touch()

    def _break(self, session: UssdSession, why: str) -> None:
        session.screen, session.note = "Connection problem or invalid MMI code.", why
        self._end(session, "Failed", why)

    def _end(self, session: UssdSession, status: str, why: str = "") -> None:
        """End a session and tell the events address, which hears all that was typed again."""
        if session.is_over:
            return
        session.is_over = True
        fields = self._named(session) | {
            "date": now().strftime("%Y-%m-%d %H:%M:%S"),
            "status": status,
            "cost": "USD 0.0100",
            "durationInMillis": str(int((self._clock() - session.began) * 1000)),
            "hopsCount": str(session.hops),
            "input": "*".join(session.answers),
            "lastAppResponse": session.last_answer,
            "errorMessage": why,
        }
        self._callbacks.tell(partial(self._calls.parcel, self._path("ussd/events"), fields), on="event")

    def _named(self, session: UssdSession) -> dict[str, str]:
        return {
            "sessionId": session.id,
            "serviceCode": session.code,
            "networkCode": _ECONET,
            "phoneNumber": session.phone.number,
        }

    def _path(self, door: str) -> str:
        config = self._calls.network.config
        return f"/webhooks/africastalking/{config.africastalking_webhook_secret}/{door}"
