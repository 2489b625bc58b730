"""What answers calls, put together from the settings and the lists in force."""

from __future__ import annotations

from collections.abc import Collection

from gateway import spoken
from gateway.call_backs import call_backs, rules_of
from gateway.house import House
from handlers.commands import LANGUAGES
from handlers.voice.switchboard import Switchboard
from handlers.voice.telephone import Telephone
from handlers.voice.ussd_desk import UssdDesk


def telephone(house: House, providers: Collection[str]) -> Telephone:
    """Give what answers the lines of these providers that carry voice, and keeps the calls to all others."""
    lines = {
        name: frozenset(line.number for line in house.settings.lines if line.provider == name and "voice" in line.does)
        for name in providers
    }
    compiled = house.live.now().compiled
    board = Switchboard(
        reading=house.units[1],
        keyring=house.keyring,
        boot=house.boot,
        prompts=spoken.prompts(house),
        keypad=compiled.keypad,
        clock=house.clock,
        monitors=spoken.monitors(house),
        replies=spoken.replies(house),
        call_backs=call_backs(house),
        language=_language(house),
    )
    return Telephone(board, lines)


def ussd_desk(house: House) -> UssdDesk:
    """Give what answers USSD sessions."""
    return UssdDesk(
        keyring=house.keyring,
        receipt_key=house.boot.derive("receipt tag"),
        texts=house.live.now().compiled.ussd,
        clock=house.clock,
        language=_language(house),
        offers_calls=bool(rules_of(house.settings).lines),
    )


def _language(house: House) -> str:
    return next((code for code in house.settings.reply_languages if code in LANGUAGES), LANGUAGES[0])
