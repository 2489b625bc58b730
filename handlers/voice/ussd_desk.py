"""USSD: gives the screen of a session, and keeps what was typed in it. The same screen asked for again is the same screen."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from handlers.commands import new_receipt
from handlers.errors import SealError
from handlers.events import InboundText, UssdStep
from handlers.ports import Clock, UnitOfWork
from handlers.protection.boot import tag
from handlers.protection.keyring import Keyring
from handlers.protection.numbers import SenderKind, read_sender
from handlers.protection.pseudonyms import pseudonym, receipt_tag
from handlers.protection.sealing import Place, open_json
from handlers.receipts import find_report
from handlers.records import Report, Waiting
from handlers.reports import ReportState
from handlers.voice.speech import Screen
from handlers.voice.telephone import Keeping
from handlers.voice.ussd import Session, read_session
from handlers.voice.ussd_texts import SAFETY, UssdTexts

_MOST_DRAWS = 5  # of a receipt that nobody has
_LAST = frozenset({"not_found", "spoken", "kept", "kept_known", "added", "called", "bye"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdDesk:
    """Answers USSD sessions. `language` is that of who has not chosen any; `offers_calls` says that a line of ours can ring."""

    keyring: Keyring
    receipt_key: bytes = field(repr=False)
    texts: UssdTexts
    clock: Clock
    language: str
    offers_calls: bool

    def converse(self, step: UssdStep, by: Keeping) -> Screen:
        """Keep what was typed so far, if it is to be kept, and give the next screen."""
        session = read_session(step.inputs, offers_calls=self.offers_calls)
        if session.place == "told":
            return by.transact(lambda unit: self._told(unit, step, session, by))
        if session.place == "reply":
            return by.transact(lambda unit: self._reply(unit, step, session, by))
        if session.place == "called":
            by.transact(lambda unit: by.keep(unit, _event(step, "", wants_call=True)))
        if session.place == "languages":
            return Screen(text=self.texts.languages(), goes_on=True)
        if session.place == "safety":
            return self._screen(SAFETY[session.page], session)
        return self._screen("menu_call" if session.place == "menu" and self.offers_calls else session.place, session)

    def _told(self, unit: UnitOfWork, step: UssdStep, session: Session, by: Keeping) -> Screen:
        """Keep what was told, and give its receipt if it is new."""
        text = f"{session.receipt} {session.text}" if session.receipt else session.text
        report = by.keep(unit, _event(step, text))
        if session.receipt is not None and self._went_to(unit, step, session.receipt, report, by):
            return self._screen("added", session)
        receipt = self._receipt(unit, step, report)
        return self._screen("kept" if receipt else "kept_known", session, receipt=receipt)

    def _went_to(self, unit: UnitOfWork, step: UssdStep, receipt: str, report: Report | None, by: Keeping) -> bool:
        if report is not None:
            return report.receipt_tag == receipt_tag(self.receipt_key, receipt)
        return self._named(unit, step, receipt, by) is not None

    def _receipt(self, unit: UnitOfWork, step: UssdStep, report: Report | None) -> str | None:
        """Give the receipt of a session's report; None where it was given to somebody before. It is drawn from the session's id,
        which nobody can guess, so that a screen that is asked for again shows it again."""
        for receipt in itertools.islice(_draws(self.receipt_key, step), _MOST_DRAWS):
            named = receipt_tag(self.receipt_key, receipt)
            known = unit.reports.first(receipt_tag=named)
            if known is not None and self._hour() - known.updated_hour <= 1:
                return receipt
            if known is None:
                if report is None or report.receipt_tag is not None:
                    return None
                unit.reports.change(report.id, receipt_tag=named)
                return receipt
        return None

    def _reply(self, unit: UnitOfWork, step: UssdStep, session: Session, by: Keeping) -> Screen:
        """Give a page of what waits for the holder of a receipt; a wrong one is kept, as any wrong one is, and counted."""
        receipt, language = session.receipt or "", session.language or self.language
        report = self._named(unit, step, receipt, by)
        if report is None:
            by.keep(unit, _event(step, receipt))
            return self._screen("not_found", session)
        waiting = sorted(unit.waiting.all(report_id=report.id), key=lambda known: known.hour, reverse=True)
        read = [text for known in waiting if (text := self._opened(unit, known, language))]
        spoken = self.texts.text("spoken", language)  # told of, and not heard by that
        if not read:
            return self._screen("no_reply", session)
        pages = self.texts.pages("\n".join(read), language)
        page = min(session.page, len(pages) - 1)
        if page == len(pages) - 1:
            for known in waiting:
                if known.heard_hour is None and self._opened(unit, known, language) not in ("", spoken):
                    unit.waiting.change(known.id, heard_hour=self._hour())
        return Screen(text=pages[page], goes_on=True)

    def _named(self, unit: UnitOfWork, step: UssdStep, receipt: str, by: Keeping) -> Report | None:
        sender = read_sender(step.sender)
        source = None
        if sender.kind is SenderKind.NUMBER:
            source = unit.sources.first(pseudonym=pseudonym(by.names, sender.value))
        source_id = source.id if source else ""
        found = find_report(unit, receipt, key=self.receipt_key, source_id=source_id, hour=self._hour())
        return None if found is None or found.state is ReportState.DELETED else found

    def _opened(self, unit: UnitOfWork, waiting: Waiting, language: str) -> str:
        """Give a reply as a text; of one that was spoken, that it can be heard. Nothing once its key is gone."""
        place = Place("waiting", "content", waiting.id, waiting.period)
        try:
            content: dict[str, Any] = open_json(self.keyring.key_in(unit, waiting.period), waiting.content, place)
        except SealError:
            return ""
        return str(content.get("text") or "") or self.texts.text("spoken", language)

    def _screen(self, key: str, session: Session, *, receipt: str | None = None) -> Screen:
        text = self.texts.text(key, session.language or self.language, receipt=receipt)
        return Screen(text=text, goes_on=key not in _LAST)

    def _hour(self) -> int:
        return int(self.clock() // 3600)


def _event(step: UssdStep, text: str, *, wants_call: bool = False) -> InboundText:
    return InboundText(
        provider=step.provider,
        provider_id=step.provider_id,
        line=step.line,
        sender=step.sender,
        text=text,
        channel="ussd",
        keyword="call" if wants_call else None,
    )


def _draws(key: bytes, step: UssdStep) -> Iterator[str]:
    """Draw receipts from a session's id, always the same ones in the same order."""
    pieces = (
        tag(key, b"ussd receipt", step.provider.encode(), step.provider_id.encode("utf-8", "surrogatepass"), str(count).encode())
        for count in itertools.count()
    )
    while True:
        yield new_receipt(lambda most: next(pieces)[:most])
