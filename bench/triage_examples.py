"""Write the examples (`config/examples/reports.*.txt`) from the labelled reports in `bench/triage`:

    .venv/bin/python -m bench.triage_examples

Run it after a labelled file was added to `bench/triage/hands` or changed, and `./izwi lists learn config` after that.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from config.settings import ROOT

LABELLED = ROOT / "bench" / "triage"
_LANGUAGES = {"sn": "Shona (Manyika, Bocha and Ndau among them)", "nd": "Ndebele", "en": "English", "mixed": "mixed"}
_NOTES = {"past": ("past",), "denied": ("negat", "denied"), "over": ("resolved",)}
_HEAD = """\
# Made-up {} reports, and what a careful reader says of each: ./izwi lists learn learns from them.  Format:
#   hand | CODE, CODE | how | text     hand: who wrote it (what is learned is judged on hands that are left out)
#   how: urgent, or else past (of years ago), denied, over (it turned out well), ordinary
#   no code for what is wholly denied, greetings and tests. None is real: no person, number or incident is.
# To be checked by a local speaker before it is relied on.
"""


def labelled() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every labelled report with the hand that wrote it, no text twice."""
    seen: set[str] = set()
    files = [("first", LABELLED / "develop.jsonl"), ("first", LABELLED / "scored.jsonl")]
    files += [(path.stem, path) for path in sorted((LABELLED / "hands").glob("*.jsonl"))]
    for hand, path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            report = json.loads(line)
            report["text"] = " ".join(report["text"].split())
            if report["text"].casefold() not in seen:
                seen.add(report["text"].casefold())
                yield hand, report


def _how(report: Mapping[str, Any]) -> str:
    """Say what an example is learned from besides its kinds: by its label, or else by what the note says why it is not urgent.
    Where something else did happen (not dogs, only sticks) it is not denied."""
    if report["urgent"]:
        return "urgent"
    note = report.get("note", "")
    found = (how for how, words in _NOTES.items() if any(word in note for word in words))
    return next((how for how in found if how != "denied" or not report["cat"]), "ordinary")


def written() -> dict[str, str]:
    """Give the text of each list of examples, by its name."""
    lines: dict[str, list[str]] = defaultdict(list)
    for hand, report in labelled():
        lines[report["lang"]].append(f"{hand} | {', '.join(report['cat'])} | {_how(report)} | {report['text']}\n")
    return {
        f"examples/reports.{language}.txt": _HEAD.format(name) + "".join(lines[language]) for language, name in _LANGUAGES.items()
    }


def main(folder: Path = ROOT / "config") -> None:
    """Write them."""
    for name, text in written().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
