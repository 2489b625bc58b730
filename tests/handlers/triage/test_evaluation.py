"""The evaluation: reads labels liberally, refuses rubbish with its line, counts right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.triage_eval import LabelProblem, evaluate, read_labels
from gateway.cli.bench_triage import triage

LINES = [
    {
        "id": "1",
        "text": "Masoja arova vanhu kuChiadzwa nhasi",
        "lang": "manyika",
        "cat": ["BEAT"],
        "place": "CHIADZWA",
        "urgent": True,
    },
    {"text": "They beat people at Betera and Odzi", "lang": "en", "place": ["Betera", "Odzi"], "cat": ["DETN", "NEW"]},
    {"text": "Good morning", "place": None, "urgent": False, "redact": []},
    {"text": "Call 0770000012", "redact": [{"kind": "number", "text": "0770000012"}]},
]


def labels(folder: Path, lines: list[object]) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n", encoding="utf-8")
    return path


def test_figures_are_counted_over_what_a_line_says(tmp_path: Path) -> None:
    figures, misses = evaluate(read_labels(labels(tmp_path, list(LINES))), Path("config"))

    assert figures["texts"] == 4
    assert figures["language"]["accuracy"] == 1.0
    assert figures["place"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "not_in_gazetteer": 0}
    assert figures["category"]["precision"] == figures["category"]["recall"] == 0.5
    assert figures["category"]["unknown_codes"] == {"NEW": 1}
    assert figures["urgent"]["recall"] == 1.0
    assert figures["redaction"]["number"]["recall"] == 1.0
    assert figures["speed"]["peak_memory_mb"] > 0
    assert [miss[1] for miss in misses] == ["2"]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"text": 5}', '{"text": "x", "urgent": "yes"}', "\xff"])
def test_rubbish_is_refused_with_its_file_and_line(line: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_bytes(b'{"text": "fine"}\n' + line.encode("latin-1") + b"\n")

    with pytest.raises(LabelProblem, match=r"labels\.jsonl:2: expected "):
        read_labels(path)
    assert CliRunner().invoke(triage, [str(path)]).exit_code == 2


def test_the_json_holds_figures_and_no_text(tmp_path: Path) -> None:
    result = CliRunner().invoke(triage, ["--json", str(labels(tmp_path, list(LINES)))])

    assert result.exit_code == 0
    assert {"language", "place", "category", "urgent", "redaction", "speed"} <= json.loads(result.output).keys()
    assert "Masoja" not in result.output


def test_the_worst_misses_are_printed_for_a_person(tmp_path: Path) -> None:
    result = CliRunner().invoke(triage, ["--misses", "1", str(labels(tmp_path, list(LINES)))])

    assert "They beat people at Betera and Odzi" in result.output
    assert "Masoja" not in result.output
