"""What was measured, as a table for people and as plain values for JSON, with what it does not show beside it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bench.voice.cost import Memory, Speed
from bench.voice.privacy import Privacy, Size
from bench.voice.understanding import Understanding

DOES_NOT_SHOW = (
    "whether a friend, a sister or a colleague recognises the voice: no person listened",
    "how well a state's attacker does: published judges are some points better than this one, on real speech better still",
    "accent, choice of words, names, what is heard in the background, how long and how often somebody calls: all of that stays",
    "how Shona, Ndau or Ndebele is understood: the listening machine knows American English and every possible sentence",
    "real people: these voices articulate all alike, so they are too easy to tell apart before and too easy to hide after",
)


@dataclass(frozen=True, slots=True)
class Report:
    """All of one run."""

    speech: str  # "espeak-ng" or "formants"
    size: Size
    privacy: tuple[Privacy, ...]
    understanding: tuple[Understanding, ...]
    not_understood: str | None  # why that was not measured
    speed: Speed
    memory: tuple[Memory, ...]


def values(report: Report) -> dict[str, Any]:
    """Give plain values."""
    return {
        "speech": report.speech,
        "people": {"suspects": report.size.suspects, "known": report.size.known, "utterances": report.size.utterances},
        "privacy": {
            one.method: {
                name: {"equal_error": round(rate[0], 3), "first_guess": round(rate[1], 3)}
                for name, rate in (("ignorant", one.ignorant), ("undone", one.undone), ("informed", one.informed))
            }
            for one in report.privacy
        },
        "chance": {"equal_error": 0.5, "first_guess": round(1 / report.size.suspects, 3)},
        "words_missed": {
            one.method: {"words": one.words, "quiet": round(one.missed, 3), "call": round(one.missed_in_a_call, 3)}
            for one in report.understanding
        },
        "words_not_measured": report.not_understood,
        "times_real_time": {name: round(value, 1) for name, value in asdict(report.speed).items()},
        "memory_mb": [{name: round(value, 1) for name, value in asdict(one).items()} for one in report.memory],
        "does_not_show": list(DOES_NOT_SHOW),
    }


def table(report: Report) -> str:
    """Give the tables, and under them what they do not show."""
    size = report.size
    lines = [
        f"Privacy: a judge tells {size.suspects} people apart ({report.speech}, {size.utterances} utterances each, every one",
        f"over another line), having learned from {size.known} others. Equal error: 50 is guessing. First guess right: "
        f"{100 / size.suspects:.0f} is guessing.",
        f"{'':18}{'ignorant':>14}{'undone':>14}{'informed':>14}   (equal error / first guess, %)",
    ]
    lines += [f"{one.method:18}" + "".join(map(_two, (one.ignorant, one.undone, one.informed))) for one in report.privacy]
    lines += ["", *_understanding(report), "", *_cost(report), "", "None of this shows:"]
    return "\n".join([*lines, *(f"  - {each}." for each in DOES_NOT_SHOW)])


def _understanding(report: Report) -> list[str]:
    if report.not_understood:
        return [f"Words missed: not measured, because {report.not_understood}."]
    lines = [f"Words missed by a machine, of {report.understanding[0].words}:", f"{'':18}{'quiet':>14}{'call':>14}"]
    return lines + [f"{one.method:18}{one.missed:>14.1%}{one.missed_in_a_call:>14.1%}" for one in report.understanding]


def _cost(report: Report) -> list[str]:
    speed = report.speed
    lines = [
        f"Speed: {speed.whole:.0f} times real time on one core, from Opus to MP3 (decode {speed.decode:.0f}, "
        f"disguise {speed.disguise:.0f}, encode {speed.encode:.0f}; decoded twice)."
    ]
    for one in report.memory:
        lines.append(
            f"Memory: {one.minutes} min: {one.peak:.0f} MB at most, of which {one.loaded:.0f} loaded before, "
            f"and {one.files:.1f} the file that came and the one that goes."
        )
    return lines


def _two(rate: tuple[float, float]) -> str:
    return f"{100 * rate[0]:>8.0f} /{100 * rate[1]:>4.0f}"
