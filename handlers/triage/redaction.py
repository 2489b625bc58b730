"""Redaction: which words of a text could point to a person; the spans are marked, the text itself stays whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.reports import Evidence, Finding
from handlers.triage.lookups import Lookups
from handlers.triage.names import find_names
from handlers.triage.reading import Reading
from handlers.triage.telling import Telling

LABELS = {
    "identity": "national identity number",
    "passport": "passport number",
    "email": "e-mail address",
    "plate": "vehicle plate",
    "number": "telephone or other long number",
    "name": "name of a person",
    "address": "address",
}
_MOST_SINGLE = 100  # spans that get a finding each; of a longer list each kind gets one finding
_SEPARATORS = r"[\s().\-/\u2010-\u2015_*]"
# Digits of any script, with up to three separators between them: 077 123 4567, +263-77-..., 0 7 7 1 2 3 ...
_PHONE = re.compile(rf"\+?\(?\d(?:{_SEPARATORS}{{0,3}}\d){{6,}}")
_DISGUISED = re.compile(r"\b(?=\w{9,13}\b)(?=(?:[oOlI]*\d){4})[oOlI\d]{9,13}\b")  # o771234567: letters that look like digits
_SPACED_DISGUISED = re.compile(r"\b(?=(?:[oOlI\s.-]{0,10}\d){4})[oO0](?:[\s.-]?[oOlI\d]){8,11}\b")  # O77 OOO OO12
_DATE = re.compile(r"(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}-\d{2}-\d{2})")
_MAIL = (
    ("email", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")),
    (
        "email",
        re.compile(r"\b\w[\w.+-]{0,40}(?: dot \w{1,40}){0,4}(?: (?:at|@) \w{1,40}(?: dot \w{1,20}){1,3}){1,3}\b", re.IGNORECASE),
    ),
    (  # tip(at)example.org, tip at example.org
        "email",
        re.compile(
            r"\b\w[\w.+-]{0,63}(?: at | ?[(\[]at[)\]] ?)[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}"
            r"\.(?:com|org|net|info|edu|gov|co|zw|za|uk)\b",
            re.IGNORECASE,
        ),
    ),
)
_BETWEEN = r"(?:[\s\-/.]|dash|slash){0,4}"  # 63-000111-A-42, 63 dash 000111 A 42
_CODES = (
    (
        "identity",
        re.compile(rf"(?<!\d)\d{{2}}{_BETWEEN}(?:\d[\s\-/.]{{0,2}}){{6,7}}{_BETWEEN}[A-Za-z]{_BETWEEN}\d{{2}}(?!\d)"),
    ),
    ("passport", re.compile(r"\b[A-Za-z]{2}\s?\d{6,7}\b")),
    ("passport", re.compile(r"\b(?!I\.?D)[A-Z][\s.]?[A-Z][\s.\-]{0,2}(?:\d[\s.\-]{0,2}){5,6}\d\b")),  # E N 0 0 7 7 0 0
    ("number", _PHONE),
    ("number", _DISGUISED),
    ("number", _SPACED_DISGUISED),
)
_PLATE = re.compile(
    r"\b([A-Za-z]{3})([\s-]?)(\d{4})\b"
    r"|\b\d{3}[\s-]?\d{3}\s?[A-Z]\b"
    r"|\b(?:[A-Z][\s.]?){3}[\s.,\-]{0,3}(?:\d[\s\-]{0,3}){3}\d\b"  # A E L 9 0 9 0
    r"|\ba\.[a-z]\.[a-z]\.?\s?(?:\d\s?){3}\d\b"
)
_DIGIT = re.compile(r"\d")
_LEAST_DIGITS = 4  # of the shortest code, a plate: a text with fewer is not searched for any
_LEAST_SPOKEN = 7  # digits said as words, one after the other
_LOOKS_LIKE_DIGITS = re.compile(r"(?=\w*\d)[oOlI\d]{2,4}")  # o77


@dataclass(frozen=True, slots=True)
class Span:
    """Some words of the text to be taken out, and why."""

    kind: str
    evidence: Evidence


def find_private(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Mark numbers, identities, addresses and names, one finding a span; where two overlap, the earlier and longer stays."""
    spans = sorted(
        (*_by_pattern(reading.telling.text, lookups), *_spoken_numbers(reading, lookups), *_by_name(reading, lookups)),
        key=lambda span: (span.evidence.start, -span.evidence.end),
    )
    kept: list[Span] = []
    for span in spans:
        if not kept or span.evidence.start >= kept[-1].evidence.end:
            kept.append(span)
        elif span.evidence.end > kept[-1].evidence.end:
            kept[-1] = _joined(reading.telling.text, kept[-1], span)
    if len(kept) > _MOST_SINGLE:
        kinds = dict.fromkeys(span.kind for span in kept)
        return tuple(_finding(kind, tuple(span.evidence for span in kept if span.kind == kind)) for kind in kinds)
    return tuple(_finding(span.kind, (span.evidence,)) for span in kept)


def mark_private(text: str, findings: Sequence[Finding]) -> str:
    """Give the text with every marked span replaced by what it was: [number], [name]."""
    spans = sorted(
        (item.start, item.end, finding.value) for finding in findings if finding.stage == "redaction" for item in finding.evidence
    )
    parts: list[str] = []
    end = 0
    for start, stop, kind in spans:
        if start >= end:
            parts += [text[end:start], f"[{kind}]"]
        end = max(end, stop)
    return "".join((*parts, text[end:]))


def _joined(text: str, first: Span, second: Span) -> Span:
    start, end = first.evidence.start, second.evidence.end
    return Span(
        first.kind, Evidence(start=start, end=end, words=text[start:end], rule=first.evidence.rule or second.evidence.rule)
    )


def _finding(kind: str, evidence: tuple[Evidence, ...]) -> Finding:
    why = evidence[0].rule or f"{evidence[0].list_name} {evidence[0].entry}"
    return Finding(
        stage="redaction", value=kind, label=LABELS[kind], evidence=evidence, reasons=(f"Looks like a {LABELS[kind]}: {why}.",)
    )


def _by_pattern(text: str, lookups: Lookups) -> Iterator[Span]:
    lower = text.lower()
    if "@" in text or " at " in lower or "(at)" in lower or "[at]" in lower:
        for kind, pattern in _MAIL:
            yield from (_span(text, kind, match.start(), match.end()) for match in pattern.finditer(text))
    if len(_DIGIT.findall(text)) < _LEAST_DIGITS:
        return
    for kind, pattern in _CODES:
        for match in pattern.finditer(text):
            if kind != "number" or not _DATE.fullmatch(match.group()):
                yield _span(text, kind, match.start(), match.end())
    for match in _PLATE.finditer(text):
        if _is_plate(match, lookups):
            yield _span(text, "plate", match.start(), match.end())


def _is_plate(match: re.Match[str], lookups: Lookups) -> bool:
    """Tell ABC 1234 from `the 2008`: apart from the number, letters must be capitals and no everyday word."""
    letters, gap = match.group(1), match.group(2)
    if letters is None:
        return True
    if lookups.is_common(letters.casefold()):
        return False
    return not gap.isspace() or letters.isupper() or letters[0] == "a"  # acx 1020: they all begin with A


def _span(text: str, kind: str, start: int, end: int) -> Span:
    return Span(kind, Evidence(start=start, end=end, words=text[start:end], rule=LABELS[kind]))


def _spoken_numbers(reading: Reading, lookups: Lookups) -> Iterator[Span]:
    """Find a number told in words, or in words and figures: zero seven seven one, ziro nomwe, seventy-one 000 0083."""
    first = digits = 0
    has_word = False
    for index in range(len(reading.tokens) + 1):
        told = _digits_told(reading, lookups, index) if index < len(reading.tokens) else 0
        if told:
            digits += told
            has_word |= reading.tokens[index].digits is None
            continue
        if index - first > 1 and (digits if has_word else index - first) >= _LEAST_SPOKEN:
            yield Span("number", reading.span(first, index, rule="digits told one by one"))
        first, digits, has_word = index + 1, 0, False


def _digits_told(reading: Reading, lookups: Lookups, index: int) -> int:
    """Give how many digits of a telephone number a word tells: none where it tells none."""
    token = reading.tokens[index]
    written = reading.telling.text[token.start : token.end]
    if token.digits is not None:
        return len(written) if len(written) <= 4 else 0
    number = lookups.numbers.get(token.folded)
    if number is not None:
        return 1 if number.value <= 9 else 2 if number.value < 100 else 0
    if not written.isalpha() and _LOOKS_LIKE_DIGITS.fullmatch(written):
        return len(written)
    return int(token.folded in lookups.digit_words)


def _by_name(reading: Reading, lookups: Lookups) -> Iterator[Span]:
    for kind, first, last, hit in find_names(reading, lookups):
        entry = f"line {hit.cue.line}: {hit.cue.entry}"
        yield Span(kind, reading.span(first, last, list_name=hit.cue.list_name, entry=entry))
