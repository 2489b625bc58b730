"""Replies that wait to be heard: read out from their text, or played from a recording that was disguised before it was kept.

A provider fetches a recording once, at an address that is sealed, expires, and says nothing. A fetch that broke off may be
repeated within a minute.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from handlers.errors import NotFound, SealError
from handlers.ports import Blobs, Clock, OpenUnit, UnitOfWork
from handlers.protection.blob_sealing import SealedBlob
from handlers.protection.keyring import Keyring
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import Waiting
from handlers.records.spoken import DISGUISED
from handlers.voice.read_out import ReadOut
from handlers.voice.speech import Speak

LIFETIME_SECONDS = 10 * 60
AGAIN_SECONDS = 60
LONGEST_TOKEN = 600  # letters; nothing longer is one of ours
_PLACE = Place("waiting", "token", "")


class SpokenReplies:
    """Gives replies to callers; fulfils `handlers.voice.needs.ReadsReplies`. `base` is where `served` is asked for."""

    def __init__(self, keyring: Keyring, *, writing: OpenUnit, blobs: Blobs, key: bytes, base: str, clock: Clock) -> None:
        self._keyring = keyring
        self._writing = writing
        self._blobs = blobs
        self._key = key
        self._base = base
        self._clock = clock
        self._read_out = ReadOut(keyring)

    def speak(self, unit: UnitOfWork, waiting: Waiting, language: str) -> tuple[Speak, ...]:
        """Give a reply as it is heard; nothing where it cannot be opened any more."""
        known = self._known(unit, waiting)
        if "recording" not in known:
            return self._read_out.speak(unit, waiting, language)
        now = int(self._clock())
        plain = {"waiting": waiting.id, "at": now, "until": now + LIFETIME_SECONDS}
        token = base64.urlsafe_b64encode(seal_json(self._key, plain, _PLACE)).decode().rstrip("=")
        return (Speak(text="", language=str(known.get("language") or language), address=f"{self._base}/reply/{token}.mp3"),)

    def served(self, token: str) -> bytes | None:
        """Give the recording that a token names, once; None for a token that is not ours, is too old or was used, and for a reply
        that is gone."""
        named, now = self._named(token), int(self._clock())
        if named is None or named["until"] <= now:
            return None
        with self._writing() as unit:
            waiting = unit.waiting.first(id=named["waiting"], lock=True)
            if waiting is None or (waiting.served_at >= named["at"] and now > waiting.served_at + AGAIN_SECONDS):
                return None
            known = self._known(unit, waiting)
            if "recording" not in known:
                return None
            if waiting.served_at < named["at"]:
                unit.waiting.change(waiting.id, served_at=now)
                unit.commit()
        try:
            return SealedBlob(self._blobs, f"{known['recording']}{DISGUISED}", bytes.fromhex(known["key"])).whole()
        except (NotFound, SealError):
            return None

    def _known(self, unit: UnitOfWork, waiting: Waiting) -> dict[str, Any]:
        place = Place("waiting", "content", waiting.id, waiting.period)
        try:
            known: dict[str, Any] = open_json(self._keyring.key_in(unit, waiting.period), waiting.content, place)
        except SealError:
            return {}
        return known

    def _named(self, token: str) -> dict[str, Any] | None:
        if len(token) > LONGEST_TOKEN:
            return None
        try:
            sealed = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
            named: dict[str, Any] = open_json(self._key, sealed, _PLACE)
        except (SealError, UnicodeEncodeError, binascii.Error, ValueError):
            return None
        return named
