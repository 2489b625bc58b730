"""Correcting: a person's word in place of the program's. What was found first stays beside it, with who corrected it and why."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.desk.changing import Change, changing
from handlers.desk.checking import read_told
from handlers.desk.choices import labelled
from handlers.desk.findings import (
    CORRECTABLE,
    HIDDEN,
    SET_ASIDE,
    SHOWN,
    SUGGESTIONS,
    about_pair,
    as_findings,
    newest,
    put_together,
)
from handlers.desk.office import Office, Unfinished, new_id, report_name, required
from handlers.desk.opening import open_findings
from handlers.desk.people import SignedIn
from handlers.desk.private import private_words
from handlers.desk.rereading import gravest, open_report, rows_of, sealed_again
from handlers.protection.keyring import DeskKeyring
from handlers.records import Findings
from handlers.reports import ReportState, settled_priority
from handlers.triage.pipeline import prioritise

_MOST_WORDS, _LONGEST_WORDS = 100, 200
_WHY = "Say in a few words why: the next person must be able to follow."


class Correcting:
    """Corrects findings for people."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def correct(self, who: SignedIn, report_id: str, version: int, *, stage: str, values: Sequence[str], reason: str) -> None:
        """Put a person's conclusion in place of a stage's, and have all that follows from it follow: urgency and priority too."""
        if stage not in CORRECTABLE:
            raise Unfinished("This finding cannot be corrected.")
        chosen = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
        labels = labelled(stage, chosen, self._office.lookups)
        why = required(reason, _WHY)
        keys = self._office.keys(who)
        with changing(self._office, who, report_id, version, f"corrected {stage}") as change:
            self._say(change, who, report_id, stage, chosen, labels, why)
            change.values["priority"] = settled_priority(self._follow(change, keys), change.report.flags)

    def set_aside(self, who: SignedIn, report_id: str, version: int, *, stage: str, other_id: str, reason: str = "") -> None:
        """Say that two reports are not the same: neither page suggests the other any more."""
        self._about_pair(who, report_id, version, stage=stage, other_id=other_id, values=(SET_ASIDE,), reason=reason)

    def suggest_again(self, who: SignedIn, report_id: str, version: int, *, stage: str, other_id: str) -> None:
        """Take it back that two reports are not the same."""
        self._about_pair(who, report_id, version, stage=stage, other_id=other_id, values=(), reason="")

    def hide(self, who: SignedIn, report_id: str, version: int, *, words: Sequence[str], reason: str = "") -> None:
        """Have words taken out wherever they stand in a report's texts, those to come too."""
        chosen = _tidied(words)
        keys = self._office.keys(who)
        with changing(self._office, who, report_id, version, "hid words") as change:
            texts, hidden, shown, _ = self._private(change, keys)
            missing = [word for word in chosen if texts and not any(word.casefold() in text for text in texts)]
            if missing:
                raise Unfinished(f"“{missing[0]}” stands in none of its texts. Write the words as they stand there.")
            folded = {word.casefold() for word in chosen}
            self._mark(change, who, HIDDEN, [*hidden, *chosen], reason)
            self._mark(change, who, SHOWN, [word for word in shown if word.casefold() not in folded], reason)

    def show_again(self, who: SignedIn, report_id: str, version: int, *, words: Sequence[str], reason: str) -> None:
        """Have words shown again that were hidden, by the program or by a person."""
        chosen = _tidied(words)
        why = required(reason, "Say why these words point to nobody.")
        keys = self._office.keys(who)
        with changing(self._office, who, report_id, version, "had hidden words shown again") as change:
            _, hidden, shown, private = self._private(change, keys)
            if any(word.casefold() not in private for word in chosen):
                raise Unfinished("These words are not hidden now.")
            folded = {word.casefold() for word in chosen}
            self._mark(change, who, HIDDEN, [word for word in hidden if word.casefold() not in folded], why)
            self._mark(change, who, SHOWN, [*shown, *chosen], why)

    def _about_pair(
        self, who: SignedIn, report_id: str, version: int, *, stage: str, other_id: str, values: tuple[str, ...], reason: str
    ) -> None:
        if stage not in SUGGESTIONS:
            raise Unfinished("There is no such suggestion.")
        keys = self._office.keys(who)
        word = "not the same as" if values else "suggested again beside"
        with changing(self._office, who, report_id, version, f"{word} {report_name(other_id)}") as change:
            other = change.unit.reports.first(id=other_id)
            pairs = {(report_id, other_id), (other_id, report_id)}
            if pairs.isdisjoint(
                (name, value) for name in (report_id, other_id) for value in _suggested(change, name, stage, keys)
            ):
                raise Unfinished("There is no such suggestion.")
            self._say(change, who, report_id, about_pair(stage, other_id), values, values, reason.strip())
            if other is not None and other.state is not ReportState.DELETED:
                self._say(change, who, other_id, about_pair(stage, report_id), values, values, reason.strip())
                self._office.audit(change.unit, who, f"{word} {report_name(report_id)}", other_id)

    def _mark(self, change: Change, who: SignedIn, stage: str, words: Sequence[str], reason: str) -> None:
        kept = tuple({word.casefold(): word for word in words}.values())
        if len(kept) > _MOST_WORDS:
            raise Unfinished(f"At most {_MOST_WORDS} words or phrases can be hidden.")
        self._say(change, who, change.report.id, stage, kept, kept, reason.strip())

    def _private(self, change: Change, keys: DeskKeyring) -> tuple[list[str], tuple[str, ...], tuple[str, ...], frozenset[str]]:
        """Give a report's texts, folded, what people had hidden and shown again, and all that is hidden now, folded."""
        report_id = change.report.id
        by_message, said, _ = open_findings(change.unit.findings.all(report_id=report_id), keys)
        corrections = newest(said)
        texts = read_told(change.unit, report_id).texts(keys)
        private = frozenset(" ".join(each.words.split()).casefold() for each in private_words(texts, by_message, corrections))
        hidden, shown = (corrections[stage].values if stage in corrections else () for stage in (HIDDEN, SHOWN))
        return [" ".join(text.split()).casefold() for text in texts.values() if text], hidden, shown, private

    def _say(
        self,
        change: Change,
        who: SignedIn,
        report_id: str,
        stage: str,
        values: Sequence[str],
        labels: Sequence[str],
        reason: str,
    ) -> None:
        """Keep what a person said of a report."""
        row_id = new_id()
        plain = {"stage": stage, "value": values, "label": labels, "reason": reason, "at": float(self._office.clock())}
        row = Findings(
            id=row_id,
            report_id=report_id,
            message_id=None,
            author_id=who.person.id,
            hour=self._office.hour(),
            period=change.sealer.period.id,
            content=change.sealer.seal("findings", "content", row_id, plain),
        )
        change.unit.findings.add(row)

    def _follow(self, change: Change, keys: DeskKeyring) -> int:
        """Read the texts again as people say, keep what follows beside what was found first, and give the priority."""
        texts, rows = rows_of(change.unit, [change.report])
        opened = open_report(change.report, texts[change.report.id], rows[change.report.id], keys)
        if opened is None or not opened.tellings:  # its texts are gone, or there are none: what was found is weighed anew
            by_message, corrections, _ = open_findings(rows[change.report.id], keys)
            return prioritise(as_findings(put_together(by_message, newest(corrections))), self._office.lookups).priority
        followed = opened.followed(self._office.lookups)
        for message_id, reread in followed.items():
            row = opened.rows[message_id]
            change.unit.findings.change(row.id, content=sealed_again(keys, row, row.id, reread))
        return gravest({**opened.stored, **{name: reread.found for name, reread in followed.items()}})


def _suggested(change: Change, report_id: str, stage: str, keys: DeskKeyring) -> list[str]:
    """Give the reports that a stage suggests beside one, set aside or not."""
    by_message = open_findings(change.unit.findings.all(report_id=report_id), keys)[0]
    return [finding.value for _, found in by_message for finding in found if finding.stage == stage]


def _tidied(words: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(tidy for word in words if (tidy := " ".join(word.split()))))
    if not chosen:
        raise Unfinished("Write the words, or select them in the text.")
    if len(chosen) > _MOST_WORDS or any(len(word) > _LONGEST_WORDS for word in chosen):
        raise Unfinished(f"At most {_MOST_WORDS} words or phrases, each of at most {_LONGEST_WORDS} characters.")
    return chosen
