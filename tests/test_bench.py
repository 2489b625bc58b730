import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import create_engine
from twilio.request_validator import RequestValidator

from bench import texts
from bench.accept import Comparison, Side
from bench.engines import durability, sqlite
from bench.plain_app import open_engine
from bench.problem import BenchProblem
from config.settings import ROOT


def run_bench(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "gateway.cli", "bench", "accept", "--folder", str(folder), *options]
    env = {name: value for name, value in os.environ.items() if not name.startswith("IZWI_")} | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=100)


def side(app: str, **seen: int) -> Side:
    counted = {"answered": 3, "stored": 3, "queued": 3} | seen
    return Side(app, rates=[2.0, 1.0], latencies=[1000, 3000, 2000], **counted)  # type: ignore[arg-type]  # none is a list


def comparison(izwi: Side, plain: Side) -> Comparison:
    return Comparison("sqlite", "", processes=1, threads=8, clients=8, sides=(izwi, plain), syncs_ms=[0.1, 0.2])


def test_both_apps_keep_and_queue_every_text_that_they_answer_with_2xx(tmp_path: Path) -> None:
    ended = run_bench(tmp_path, "--engine", "sqlite", "--seconds", "0.5", "--clients", "4", "--json")

    assert ended.returncode == 0, ended.stderr
    (measured,) = json.loads(ended.stdout)["accept"]
    assert measured["engine"] == "sqlite"
    assert measured["durability"] == "journal_mode=wal synchronous=FULL"
    assert measured["rounds"] == 2
    assert measured["faults"] == []
    assert measured["ratio_lowest"] <= measured["ratio"] <= measured["ratio_highest"]
    assert set(measured["apps"]) == {"izwi", "plain"}
    for app in measured["apps"].values():
        assert app["answered"] == app["stored"] == app["queued"] > 0
        assert app["refused"] == 0
        assert 0 < app["p50_ms"] <= app["p99_ms"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    ended = run_bench(tmp_path / "nowhere")

    assert ended.returncode == 1
    assert "no folder that can be written" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("seen", [{"stored": 2}, {"queued": 2}, {"stored": 4}, {"refused": 1}])
def test_a_text_lost_doubled_or_refused_makes_the_figures_worthless(seen: dict[str, int]) -> None:
    assert comparison(side("izwi"), side("plain")).faults() == []

    (fault,) = comparison(side("izwi", **seen), side("plain")).faults()

    assert fault.startswith("sqlite, izwi: ")


def test_the_latency_is_that_within_which_so_many_were_answered() -> None:
    assert side("izwi").latency_ms(0.5) == 2.0
    assert side("izwi").latency_ms(0.99) == 3.0


def test_the_ratio_is_taken_between_rounds_that_stood_side_by_side() -> None:
    izwi, plain = side("izwi"), side("plain")
    plain.rates = [4.0, 1.0]

    assert comparison(izwi, plain).ratios == [0.5, 1.0]


def test_a_database_that_may_lose_what_it_committed_is_not_measured(tmp_path: Path) -> None:
    safe, weak = open_engine(sqlite(tmp_path).plain_url), create_engine(f"sqlite:///{tmp_path / 'weak.db'}")

    assert durability(safe) == "journal_mode=wal synchronous=FULL"
    with pytest.raises(BenchProblem, match="journal_mode is delete, expected wal"):
        durability(weak)
    safe.dispose()
    weak.dispose()


def test_the_requests_are_distinct_signed_and_the_same_again_for_the_same_seed() -> None:
    made = list(islice(texts.requests(7), 50))

    assert made == list(islice(texts.requests(7), 50))
    assert made != list(islice(texts.requests(8), 50))
    forms = [dict(parse_qsl(request.partition(b"\r\n\r\n")[2].decode(), keep_blank_values=True)) for request in made]
    assert len({form["MessageSid"] for form in forms}) == 50
    assert all(len(form["Body"]) == 100 and form["From"].startswith("+26377000") for form in forms)
    signature = made[0].partition(b"X-Twilio-Signature: ")[2].partition(b"\r\n")[0].decode()
    assert RequestValidator(texts.TOKEN).validate(texts.PUBLIC_URL + texts.PATH, forms[0], signature)
