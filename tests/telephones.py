"""Telephones that know each provider's markup: they dial, hear, press, speak and hang up over HTTP, as the provider would."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from tests.captured.loading import PUBLIC_URL

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN, SECRET = "captured-token", "capturedsecretcapturedsecret"
TWILIO_LINE, AFRICAS_LINE = "+12065550100", "+263770000099"


@dataclass(frozen=True)
class Reached:
    """The line that is dialled: where it stands, and how its providers prove that they are themselves."""

    public_url: str = PUBLIC_URL
    account: str = ACCOUNT
    token: str = TOKEN
    secret: str = SECRET
    twilio_line: str = TWILIO_LINE
    africas_line: str = AFRICAS_LINE


@dataclass
class Telephone(ABC):
    """One telephone in one call. `heard` is what was said since the last key; `waits_for` is keys, speech, or nothing."""

    client: FlaskClient
    at: Reached = Reached()
    number: str = "+263770000011"
    name: str = "a"
    heard: list[str] = field(default_factory=list)
    waits_for: str = ""
    is_over: bool = False
    is_rejected: bool = False
    is_ours: bool = False
    markup: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    recordings: int = 0
    verbs: list[ElementTree.Element] = field(default_factory=list)
    asked: ElementTree.Element | None = None
    last: tuple[str, dict[str, str]] = ("", {})

    def dial(self) -> Telephone:
        """Ring the line."""
        self._go(self._door("voice"), self._ringing())
        return self

    def press(self, keys: str) -> Telephone:
        """Press keys where they are asked for."""
        assert self.waits_for == "keys", self.waits_for
        self._go(*self._pressed(self.asked, keys))
        return self

    def wait(self) -> Telephone:
        """Press nothing."""
        assert self.waits_for == "keys", self.waits_for
        self._silent()
        return self

    def again(self) -> list[str]:
        """Send the last request again, as a provider does that had no answer; give what would be heard, and change nothing
        here."""
        kept = (self.heard, self.waits_for, self.verbs, self.asked, self.is_over)
        self._go(*self.last)
        heard = self.heard
        self.heard, self.waits_for, self.verbs, self.asked, self.is_over = kept
        return heard

    @property
    def words(self) -> str:
        """What was heard, in one text."""
        return " ".join(self.heard)

    def _go(self, address: str, fields: dict[str, str]) -> None:
        self.last = (address, fields)
        answer = self._post(address, fields)
        assert answer.status_code == 200, answer.status_code
        body = answer.get_data(as_text=True)
        self.markup.append(body)
        self.heard, self.waits_for, self.asked = [], "", None
        self.verbs = list(ElementTree.fromstring(body))  # noqa: S314  # our own words
        self._run()

    def _run(self) -> None:
        """Run verbs until one waits."""
        while self.verbs:
            verb = self.verbs.pop(0)
            if verb.tag in ("Say", "Play", "Pause"):
                self._hear(verb)
            elif verb.tag == "Redirect":
                self.urls.append(verb.text or "")
                self._go(verb.text or "", self._fields())
                return
            elif verb.tag in ("Gather", "GetDigits", "Record"):
                for child in verb:
                    self._hear(child)
                self.asked, self.waits_for = verb, "speech" if verb.tag == "Record" else "keys"
                return
            elif verb.tag == "Reject":
                self.is_rejected = self.is_over = True
                return
            elif verb.tag == "Hangup":
                break
        self.is_over = True
        self._ended()

    def _hear(self, verb: ElementTree.Element) -> None:
        if verb.tag == "Say":
            self.heard.append(" ".join(" ".join(verb.itertext()).split()))
        elif verb.tag == "Play":
            self.heard.append(f"<{verb.text or verb.get('url')}>")

    @abstractmethod
    def _post(self, address: str, fields: dict[str, str]) -> Any: ...

    @abstractmethod
    def _door(self, door: str) -> str: ...

    @abstractmethod
    def _fields(self) -> dict[str, str]: ...

    @abstractmethod
    def _ringing(self) -> dict[str, str]: ...

    @abstractmethod
    def _pressed(self, verb: ElementTree.Element | None, keys: str) -> tuple[str, dict[str, str]]: ...

    @abstractmethod
    def _silent(self) -> None: ...

    def _ended(self) -> None:  # noqa: B027  # most have nothing to tell
        """Tell that the call is over."""

    @abstractmethod
    def speak(self, seconds: int = 14, *, tells: bool = True) -> Telephone:
        """Speak, and press hash. Without `tells`, the provider's request is lost."""

    @abstractmethod
    def hang_up(self, *, tells: bool = True, seconds: int = 30) -> Telephone:
        """Hang up; while a recording goes on, it ends with that."""


class TwilioTelephone(Telephone):
    """Reached through Twilio."""

    def _post(self, address: str, fields: dict[str, str]) -> Any:
        parts = urlsplit(address)
        signature = RequestValidator(self.at.token).compute_signature(self.at.public_url + parts.path, fields)
        return self.client.post(
            parts.path,
            data=fields,
            headers={"X-Twilio-Signature": signature},
            environ_overrides={"RAW_URI": parts.path},
        )

    def _door(self, door: str) -> str:
        return f"{self.at.public_url}/webhooks/twilio/{door}"

    def _fields(self, status: str = "in-progress") -> dict[str, str]:
        ends = (self.at.twilio_line, self.number) if self.is_ours else (self.number, self.at.twilio_line)
        return {
            "CallSid": "CA" + self.name.encode().hex().rjust(32, "0"),
            "AccountSid": self.at.account,
            "From": ends[0],
            "To": ends[1],
            "CallStatus": status,
            "Direction": "outbound-api" if self.is_ours else "inbound",
            "ApiVersion": "2010-04-01",
        }

    def _ringing(self) -> dict[str, str]:
        return self._fields("in-progress" if self.is_ours else "ringing")

    def _pressed(self, verb: ElementTree.Element | None, keys: str) -> tuple[str, dict[str, str]]:
        assert verb is not None
        self.urls.append(verb.get("action", ""))
        ending = verb.get("finishOnKey", "#")
        digits = keys.removesuffix(ending) if ending else keys
        return verb.get("action", ""), {**self._fields(), "Digits": digits, "msg": "Gather End"}

    def _silent(self) -> None:
        assert self.asked is not None and self.asked.get("actionOnEmptyResult") == "true"
        self._go(self.asked.get("action", ""), {**self._fields(), "Digits": "", "msg": "Gather"})

    def recorded(self, seconds: int, *, at: int | None = None) -> dict[str, str]:
        """Give what Twilio says of a recording."""
        sid = f"RE{(self.name + str(at or self.recordings)).encode().hex().rjust(32, '0')}"
        url = f"http://api.twilio.com/2010-04-01/Accounts/{self.at.account}/Recordings/{sid}"
        return {"RecordingUrl": url, "RecordingSid": sid, "RecordingDuration": str(seconds)}

    def speak(self, seconds: int = 14, *, tells: bool = True) -> Telephone:
        assert self.waits_for == "speech" and self.asked is not None, self.waits_for
        self.recordings += 1
        if tells:
            self._go(self.asked.get("action", ""), {**self._fields(), **self.recorded(seconds), "Digits": "#"})
        return self

    def tell_recording(self, seconds: int = 14, status: str = "completed") -> None:
        """Send the callback of the last recording."""
        assert self.asked is not None or self.markup
        fields = {
            "AccountSid": self.at.account,
            "CallSid": self._fields()["CallSid"],
            "RecordingStatus": status,
            "RecordingSource": "RecordVerb",
            **self.recorded(seconds),
        }
        assert self._post(self._door("recording"), fields).status_code == 200

    def hang_up(self, *, tells: bool = True, seconds: int = 30) -> Telephone:
        if self.waits_for == "speech" and self.asked is not None and tells:
            self.recordings += 1
            fields = {**self._fields("completed"), **self.recorded(9), "Digits": "hangup"}
            assert self._post(self.asked.get("action", ""), fields).status_code == 200
        self.is_over = True
        if tells:
            self.tell_end(seconds=seconds)
        return self

    def tell_end(self, status: str = "completed", *, seconds: int = 30) -> None:
        """Send the callback of the call's end."""
        fields = {**self._fields(status), "CallDuration": str(seconds), "Duration": "1", "SequenceNumber": "3"}
        assert self._post(self._door("call"), fields).status_code == 200


class AfricasTelephone(Telephone):
    """Reached through Africa's Talking."""

    def _post(self, address: str, fields: dict[str, str]) -> Any:
        path = urlsplit(address).path
        return self.client.post(path, data=fields, environ_overrides={"RAW_URI": path})

    def _door(self, door: str) -> str:
        return f"{self.at.public_url}/webhooks/africastalking/{self.at.secret}/{door}"

    def _fields(self) -> dict[str, str]:
        return {
            "isActive": "1",
            "sessionId": "ATVId_" + self.name.encode().hex().rjust(32, "0"),
            "direction": "outbound" if self.is_ours else "inbound",
            "callerNumber": self.number,
            "destinationNumber": self.at.africas_line,
            "callSessionState": "Active",
        }

    def _ringing(self) -> dict[str, str]:
        return {**self._fields(), "callSessionState": "Ringing", "callerCarrierName": "None"}

    def _pressed(self, verb: ElementTree.Element | None, keys: str) -> tuple[str, dict[str, str]]:
        assert verb is not None
        self.urls.append(verb.get("callbackUrl", ""))
        ending = verb.get("finishOnKey", "")
        digits = keys.removesuffix(ending) if ending else keys
        if not digits:
            assert self.verbs[0].tag == "Redirect"
            return self.verbs[0].text or "", self._fields()
        return verb.get("callbackUrl", ""), {**self._fields(), "dtmfDigits": digits}

    def _silent(self) -> None:
        self._run()

    def recorded(self, seconds: int) -> dict[str, str]:
        """Give what Africa's Talking says of a recording."""
        return {"recordingUrl": f"https://quiet-river.at-internal.com/{(self.name + str(self.recordings)).encode().hex()}.mp3"}

    def speak(self, seconds: int = 14, *, tells: bool = True) -> Telephone:
        assert self.waits_for == "speech" and self.asked is not None, self.waits_for
        self.recordings += 1
        if tells:
            # Seen on callbacks of recordings, though the call goes on.
            self._go(self.asked.get("callbackUrl", ""), {**self._fields(), **self.recorded(seconds), "isActive": "0"})
        return self

    def _ended(self) -> None:  # most have nothing to tell
        self.tell_end()

    def hang_up(self, *, tells: bool = True, seconds: int = 30) -> Telephone:
        if self.waits_for == "speech":
            self.recordings += 1
        self.is_over = True
        if tells:
            self.tell_end(seconds=seconds)
        return self

    def tell_end(self, status: str = "Success", *, seconds: int = 30) -> None:
        """Send the last request, which names the recording again."""
        last = {
            **self._fields(),
            "isActive": "0",
            "callSessionState": "Completed",
            "status": status,
            "durationInSeconds": str(seconds),
            "hangupCause": "NORMAL_CLEARING",
            "amount": "0.2",
            "currencyCode": "KES",
            "recordingUrl": "",
        }
        address = (self.asked.get("callbackUrl") if self.asked is not None else None) or self._door("voice")
        said = self.recorded(0) if self.recordings else {}
        assert self._post(address, {**last, **said}).status_code == 200
