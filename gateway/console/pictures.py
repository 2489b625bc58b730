"""Pictures: the reports of a period as charts and a map, each with its table; and the same as it may be shared or printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request, stream_template, stream_with_context
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from config.field_map import FieldMap
from gateway.console.access import signed_in
from gateway.console.drawing import charts, maps
from gateway.console.languages import gettext, lazy_gettext, marked
from gateway.console.rooms import console
from gateway.console.said_words import said, said_figure, said_strips
from gateway.console.search import FLUSH, in_pieces
from handlers.desk.office import Unfinished
from handlers.desk.pictures.figures import Figure, by_category, by_incident, by_place, by_time, by_waiting, exact
from handlers.desk.pictures.looking import Look, Looked, Period
from handlers.desk.pictures.sharing import FEWER, LEAST, banded, shared_figures
from handlers.desk.pictures.strips import Strips, strips_of

bp = Blueprint("pictures", __name__, url_prefix="/desk")

SPANS = ((7, lazy_gettext("7 days")), (30, lazy_gettext("30 days")), (90, lazy_gettext("90 days")), (365, lazy_gettext("A year")))
_SAYS_SO = 1000  # from so many reports on it takes long enough to say so
_WAYS = {"time": charts.upright, "kinds": charts.lying, "places": charts.lying, "waiting": charts.lying}
_MAP_ABOUT = lazy_gettext(
    "A circle for each place that reports name: the larger, the more. Where Izwi does not know where a village lies, it is "
    "counted at the place that it lies in."
)
_STRIPS_ABOUT = lazy_gettext(
    "A line for each incident, those last told of on top, with a dot for each day on which a report of it came."
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure and its drawing. `kinds` are the words of its colours."""

    figure: Figure
    drawn: Markup = field(repr=False)
    kinds: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Map:
    """The map, and what does not lie on it."""

    drawn: Markup = field(repr=False)
    about: str
    elsewhere: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything on the page. `printed` is what goes on paper in place of pictures that may not be shared."""

    count: int
    count_words: str
    pictures: Mapping[str, Picture] = field(repr=False)
    map: Map = field(repr=False)
    printed: tuple[Figure, ...] = field(default=(), repr=False)
    strips: Strips | None = field(default=None, repr=False)
    strips_drawn: Markup = field(default=Markup(""), repr=False)


@bp.get("/pictures")
def show() -> ResponseReturnValue:
    """Show the pictures of a period. The first lines are sent before the reports are opened, which may take a moment."""
    here, is_shared = console(), request.args.get("share") == "1"
    try:
        period = _period(here.pictures.usual())
    except Unfinished as problem:
        usual = here.pictures.usual()
        return render_template(
            "pictures.html", period=usual, spans=_spans(usual), problem=said(str(problem)), is_shared=is_shared
        ), 400
    look = here.pictures.begin(signed_in(), period)
    page = stream_template(
        "pictures.html",
        period=period,
        spans=_spans(period),
        is_shared=is_shared,
        count=look.count,
        is_slow=look.count >= _SAYS_SO,
        shown=_drawing(look, is_shared=is_shared),
        least=LEAST,
        fewer=said(FEWER),
        flush=FLUSH,
    )
    headers = {"X-Accel-Buffering": "no"}
    return Response(stream_with_context(in_pieces(page)), mimetype="text/html", headers=headers)


def _drawing(look: Look, *, is_shared: bool) -> Iterator[Shown]:
    """Draw when the template asks for it: by then its first lines are on their way."""
    looked = look.counted()
    yield _shared(looked) if is_shared else _exact(looked)


def _exact(looked: Looked) -> Shown:
    lookups, chart = console().office.lookups, console().given.field_map
    places = lookups.gazetteer.by_id
    figures = (
        by_time(looked, lookups.categories),
        by_category(looked, lookups.categories),
        by_waiting(looked),
        by_place(looked, places),
        by_incident(looked),
    )
    drawn, told = maps.mapped(chart, places, looked.seen, told=exact), said_strips(strips_of(looked))
    return Shown(
        count=len(looked.seen),
        count_words=f"{len(looked.seen):,}",
        pictures=_drawn(figures, charts.upright),
        map=_map(chart, drawn, str(_MAP_ABOUT)),
        printed=tuple(said_figure(figure) for figure in shared_figures(looked, lookups.categories, places)),
        strips=told,
        strips_drawn=charts.strips(told, title=gettext("Incidents and their reports"), about=str(_STRIPS_ABOUT))
        if told.strips
        else Markup(""),
    )


def _shared(looked: Looked) -> Shown:
    lookups, chart = console().office.lookups, console().given.field_map
    places = lookups.gazetteer.by_id
    figures = shared_figures(looked, lookups.categories, places)
    drawn = maps.mapped(chart, places, looked.seen, told=banded, small=LEAST)
    about = gettext("A circle for each place that %(least)s reports or more name: the larger, the more.", least=LEAST)
    return Shown(
        count=len(looked.seen),
        count_words=said(banded(len(looked.seen)).text),
        pictures=_drawn(figures, charts.lying),
        map=_map(chart, drawn, about),
    )


def _drawn(figures: tuple[Figure, ...], of_incidents: Callable[[Figure], Markup]) -> dict[str, Picture]:
    drawn = {}
    for figure in (said_figure(each) for each in figures):
        draw = _WAYS.get(figure.name, of_incidents)
        has_key = len(figure.heads) > 1 or (figure.name == "incidents" and draw is charts.upright)
        kinds = figure.heads if has_key else ()
        left_out = max(0, len(figure.rows) - charts.MOST_BARS) if draw is charts.lying else 0
        drawn[figure.name] = Picture(figure, Markup("") if figure.is_empty else draw(figure), kinds, left_out)
    return drawn


def _map(chart: FieldMap, shown: maps.Mapped, about: str) -> Map:
    return Map(maps.draw(chart, shown, about=about), about, shown.elsewhere)


def _period(usual: Period) -> Period:
    """Read the period from the address: so many days up to today, or from one day to another."""
    asked = request.args
    if asked.get("days") in {str(days) for days, _ in SPANS}:
        return Period(usual.last - timedelta(days=int(asked["days"]) - 1), usual.last)
    first, last = _day(asked.get("since", "")), _day(asked.get("until", ""))
    if first is None and last is None:
        return usual
    last = last or max(usual.last, first or usual.last)
    return Period(first or last - timedelta(days=usual.days - 1), last)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Unfinished(marked("Write a day as 2026-11-25.")) from None
    if not 2000 <= found.year <= 2100:
        raise Unfinished(marked("Choose days between the years 2000 and 2100."))
    return found


def _spans(period: Period) -> list[tuple[int, str, bool]]:
    return [(days, words, period.days == days) for days, words in SPANS]
