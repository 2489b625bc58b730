"""The bench of the desk: every figure is there, on a desk that it made and took away again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from config.settings import ROOT


def test_it_measures_the_inbox_a_report_and_a_search_beside_an_empty_desk(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gateway.cli", "bench", "desk", "--folder", str(tmp_path), "--engine", "sqlite"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("IZWI_")} | {"PYTHONPATH": str(ROOT)}

    ended = subprocess.run(
        [*command, "--reports", "20", "--closed", "60", "--json"], env=env, capture_output=True, text=True, timeout=200
    )

    assert ended.returncode == 0, ended.stderr
    (told,) = json.loads(ended.stdout)["desk"]
    assert (told["engine"], told["open"], told["closed"]) == ("sqlite", 20, 60)
    assert {"inbox, first byte", "report, first byte", "search for a common word, first hit"} <= set(told["measured"])
    assert all(0 < each["p50_ms"] <= each["max_ms"] and each["ratio"] > 0 for each in told["measured"].values())
    assert list(tmp_path.iterdir()) == []
