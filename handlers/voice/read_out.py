"""A reply that waits to be heard, read out from its text."""

from __future__ import annotations

from typing import Any

from handlers.errors import SealError
from handlers.ports import UnitOfWork
from handlers.protection.keyring import Keyring
from handlers.protection.sealing import Place, open_json
from handlers.records import Waiting
from handlers.voice.speech import Speak


class ReadOut:
    """Has replies read out by the provider's voice."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def speak(self, unit: UnitOfWork, waiting: Waiting, language: str) -> tuple[Speak, ...]:
        """Give the text of a reply; nothing where its key is destroyed, or where it has none."""
        place = Place("waiting", "content", waiting.id, waiting.period)
        try:
            content: dict[str, Any] = open_json(self._keyring.key_in(unit, waiting.period), waiting.content, place)
        except SealError:
            return ()
        text = str(content.get("text") or "")
        return (Speak(text=text, language=str(content.get("language") or language)),) if text else ()
