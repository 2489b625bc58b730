"""Words that the rooms behind the pages say, in the language of the request: of the board, of figures, of calls, of findings.

Whole sentences are gathered from those rooms by `./izwi languages`; shorter words, and sentences with a name or a number in
them, are marked here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from gateway.console import finding_words, refusal_words
from gateway.console.languages import date_words, gettext, marked
from handlers.desk.pictures.figures import Figure, Row
from handlers.desk.pictures.strips import Strips

_OF_THE_BOARD = (
    *(marked("Grade the reports"), marked("Raise its standing"), marked("Propose an entry"), marked("A second person approves")),
    *(marked("Change its standing"), marked("Look at the proposal"), marked("Read it, and approve or return it")),
    *(marked("all agree"), marked("those that say it agree"), marked("they agree in part"), marked("they differ")),
    *(marked("only one says it"), marked("none says it"), marked("in the same hour"), marked("an hour apart")),
    *(marked("What happened"), marked("Where"), marked("Day it was told"), marked("Hour it was told")),
    *(marked("How many people"), marked("Who did it"), marked("a person put it there"), marked("a field monitor pressed it")),
    *(marked("soldiers, police or guards"), marked("buyers"), marked("diggers")),
)
_OF_FIGURES = (
    *(marked("Reports by day"), marked("Reports by week"), marked("Day"), marked("Week"), marked("Reports"), marked("Incidents")),
    *(marked("What the reports tell of"), marked("Kind of incident"), marked("Where"), marked("Place"), marked("Standing")),
    *(marked("How long reports waited"), marked("Waited"), marked("Incidents through time"), marked("Other kinds")),
    *(marked("Somebody began on it"), marked("Nobody has begun yet"), marked("No kind was found"), marked("No place was found")),
    *(marked("No longer readable"), marked("Within the hour"), marked("1 to 3 hours"), marked("4 to 11 hours")),
    *(marked("12 to 23 hours"), marked("1 to 2 days"), marked("3 to 6 days"), marked("A week or longer")),
    *(marked("Lead"), marked("Reasonable suspicion"), marked("Reasonable grounds"), marked("Corroborated")),
    *(marked("reasonable suspicion"), marked("reasonable grounds"), marked("Unfounded"), marked("Cannot be verified")),
)
_OF_FINDINGS = (
    *(marked("Shona"), marked("Ndau"), marked("Ndebele"), marked("English"), marked("Mixed"), marked("Cannot tell")),
    *(marked("Urgent"), marked("Not urgent"), marked("A test"), marked("An advertisement or a trick"), marked("Years ago")),
    marked("Denies something"),
)
_OF_PROPOSALS = (
    *(marked("army"), marked("police"), marked("intelligence"), marked("private security"), marked("company")),
    *(marked("syndicate"), marked("mob"), marked("not known"), marked("day"), marked("week"), marked("month")),
)
_OF_RECORDINGS = (marked("picture"), marked("voice, on its way"), marked("voice, nothing to play"))
# With something in them. What stands for %(what)s is itself said in the language of the request where it is known.
_WITH = (
    *(marked("Grade %(what)s"), marked("Propose from %(what)s"), marked("Entry %(what)s"), marked("May approve: %(what)s.")),
    marked("%(what)s proposed it, so you may approve or return it."),
    marked("Whoever of these does not propose it: %(what)s."),
    marked("Told at first hand: it counts. Nobody can say who told it. %(what)s"),
    marked("Told at first hand: it counts. %(what)s"),
    marked("%(what)s hours between the first and the last"),
    marked("Independent first-hand sources: %(what)s."),
    marked("Not noted as told at first hand, so not counted: %(what)s."),
    *(marked("pressed: %(what)s"), marked("%(what)s people"), marked("%(what)s person"), marked("%(what)s h")),
    *(marked("fewer than %(what)s"), marked("about %(what)s"), marked("voice, %(what)s"), marked("%(what)s pictures")),
    marked("What is not named here was told of in fewer than %(what)s reports, or in none."),
    marked("Of those that somebody began on, half waited %(what)s hours or less."),
    *(marked("By %(what)s."), marked("%(what)s long."), marked("In %(what)s."), marked("Read as a word to the line: %(what)s.")),
)
_WHOLE = (marked("Told at first hand: it counts."), marked("Told at first hand: it counts. Nobody can say who told it."))
_DAY = re.compile(r"[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d{4}")
_SHORT_DAY = re.compile(r"\d{1,2} [A-Z][a-z]{2}")
_DAYS = marked("%(first)s to %(last)s")


def _shape(form: str) -> re.Pattern[str]:
    """Give what finds a sentence with something in it, and what that is."""
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+?)", re.escape(form)))


_SHAPES = tuple((_shape(form), form) for form in (*_WITH, *finding_words.WITH, *refusal_words.WITH))
_NAME = re.compile(r"(?P<kind>[Ss]ource|[Rr]eport|[Ii]ncident) (?P<mark>[0-9A-Fa-f]{4})")


def said(sentence: str) -> str:
    """Say what a room behind the pages says in the language of the request. What is not known here stays as it is."""
    if not sentence:
        return ""
    if (name := _NAME.fullmatch(sentence)) is not None:
        kind = name["kind"]
        words = gettext(kind.lower())
        return f"{words if kind.islower() else words.capitalize()} {name['mark']}"
    whole = gettext(sentence)
    if whole != sentence:
        return whole
    for shape, form in _SHAPES:
        if (match := shape.fullmatch(sentence)) and gettext(form) != form:
            return gettext(form, **{name: said(value) for name, value in match.groupdict().items()})
    return sentence


def _short(label: str) -> str:
    if _SHORT_DAY.fullmatch(label) is None:
        return said(label)
    return date_words(datetime.strptime(f"{label} 2000", "%d %b %Y"), "d MMM")


def _days(label: str) -> str:
    """Say the day, or the first and the last day, that a row of a figure is of; other rows as they are."""
    days = [date_words(datetime.strptime(day, "%a %d %b %Y"), "EEE d MMM y") for day in _DAY.findall(label)]
    if len(days) == 2:
        return gettext(_DAYS, first=days[0], last=days[1])
    return days[0] if days else said(label)


def said_figure(figure: Figure) -> Figure:
    """Give a figure in the language of the request."""
    rows = tuple(
        Row(_days(row.label), tuple(replace(cell, text=said(cell.text)) for cell in row.cells), _short(row.short))
        for row in figure.rows
    )
    return replace(
        figure,
        title=said(figure.title),
        about=said(figure.about),
        first=said(figure.first),
        heads=tuple(said(head) for head in figure.heads),
        rows=rows,
        remarks=tuple(said(remark) for remark in figure.remarks),
    )


def said_strips(strips: Strips) -> Strips:
    """Give the strips of incidents in the language of the request."""
    shown = tuple(replace(strip, name=said(strip.name), standing=said(strip.standing)) for strip in strips.strips)
    return replace(strips, strips=shown)
