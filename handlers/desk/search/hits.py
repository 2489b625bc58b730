"""What a search found in a report, as a page may show it: a few words around each match, private words taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from handlers.desk.findings import Correction
from handlers.desk.search.opened import OpenedReport, Words
from handlers.desk.search.stock import Stub
from handlers.desk.search.wanted import Band, Wanted
from handlers.desk.showing import Piece, pieces
from handlers.reports import Evidence, Finding
from handlers.triage.words import tokens

MATCH = "search"  # as if it were a stage: what it marks is the match
BANDS = {Band.SAME: "the word itself", Band.FORM: "another form of it", Band.NEAR: "one letter off"}
_BEFORE, _AFTER = 60, 140
_MOST_SNIPPETS = 3


@dataclass(frozen=True, slots=True)
class Snippet:
    """A few words of a report. `where` says what they are of."""

    where: str
    pieces: tuple[Piece, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One report that was found. `in_hidden`: a match stands in words that the page hides."""

    stub: Stub
    band: Band
    snippets: tuple[Snippet, ...] = field(repr=False)
    categories: tuple[str, ...] = field(repr=False)
    places: tuple[str, ...] = field(repr=False)
    languages: tuple[str, ...] = field(repr=False)
    in_hidden: bool = False


def hit_of(stub: Stub, report: OpenedReport, wanted: Sequence[Wanted], band: Band) -> Hit:
    """Give what the page shows of a report that was found."""
    together = report.together()
    snippets, in_hidden = _snippets(report, wanted)

    def labels(stage: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(finding.label or finding.value for finding in together if finding.stage == stage))

    return Hit(
        stub=stub,
        band=band,
        snippets=snippets,
        categories=labels("category"),
        places=labels("place"),
        languages=labels("language"),
        in_hidden=in_hidden,
    )


def _snippets(report: OpenedReport, wanted: Sequence[Wanted]) -> tuple[tuple[Snippet, ...], bool]:
    findings, corrections = report.findings(), report.corrections()
    shown: list[tuple[Band, Snippet]] = []
    in_hidden = False
    for words in report.words:
        matches = _matches(words, wanted)
        if matches or not wanted:
            cut = _cut(words, matches, findings, corrections)
            marked = sum(piece.stage == MATCH for piece in cut)
            in_hidden |= marked < len(matches)
            if marked or (matches and any(piece.is_hidden for piece in cut)) or not wanted:
                surest = min((Band(band) for _, _, band in matches), default=Band.SAME)
                shown.append((surest, Snippet(words.where, _around(cut))))
    # What triage found stands beside every result as it is: it is a snippet only where it is all that matched.
    told = [pair for pair in shown if pair[1].where != "found"] or shown
    ordered = sorted(told, key=lambda pair: pair[0])
    return tuple(snippet for _, snippet in ordered[: _MOST_SNIPPETS if wanted else 1]), in_hidden


def _matches(words: Words, wanted: Sequence[Wanted]) -> list[tuple[int, int, Band]]:
    found = []
    for token in tokens(words.text) if wanted else ():
        bands = [band for each in wanted if (band := each.band(token.folded)) is not None]
        if bands:
            found.append((token.start, token.end, min(bands)))
    return found


def _cut(
    words: Words,
    matches: Sequence[tuple[int, int, Band]],
    findings: Mapping[str, Sequence[Finding]],
    corrections: Mapping[str, Correction],
) -> tuple[Piece, ...]:
    private = [finding for finding in findings.get(words.row_id, ()) if finding.stage == "redaction"]
    marks = [
        Finding(stage=MATCH, value=BANDS[band], evidence=(Evidence(start=start, end=end, words=""),))
        for start, end, band in matches
    ]
    return pieces(words.text, [*private, *marks], corrections, as_written=False)


def _around(cut: Sequence[Piece]) -> tuple[Piece, ...]:
    """Give the pieces around the first match, or the beginning where none may be shown."""
    first = next((index for index, piece in enumerate(cut) if piece.stage == MATCH), None)
    if first is None:
        first = next((index for index, piece in enumerate(cut) if piece.is_hidden), 0)
    before, after = list(cut[:first]), list(cut[first:])
    return (*_last(before, _BEFORE), *_first(after, _AFTER))


def _last(cut: list[Piece], room: int) -> list[Piece]:
    kept: list[Piece] = []
    for piece in reversed(cut):
        if room <= 0:
            return [replace(kept[0], text="… " + kept[0].text.lstrip()), *kept[1:]] if kept and not kept[0].why else kept
        text = piece.text
        if len(text) > room and not piece.why:
            text = "…" + text[-room:].partition(" ")[2].rjust(1)
        kept.insert(0, replace(piece, text=text))
        room -= len(piece.text)
    return kept


def _first(cut: list[Piece], room: int) -> list[Piece]:
    kept: list[Piece] = []
    for piece in cut:
        if room <= 0:
            return [*kept, Piece(" …")]
        text = piece.text
        if len(text) > room and not piece.why:
            text = text[:room].rpartition(" ")[0] + " …"
        kept.append(replace(piece, text=text))
        room -= len(piece.text)
    return kept
