from pathlib import Path

import pytest

from config.field_map import NAME, Point, read_field_map
from config.lists import ListProblem, read_lists
from config.settings import ROOT

FRAME = "frame | -18.8, 31.9 | -20.1, 33.0 | Around\n"


def written(folder: Path, text: str) -> Path:
    (folder / "map").mkdir()
    (folder / NAME).write_text(text, encoding="utf-8")
    return folder


def test_every_place_of_the_map_that_ships_is_a_place_of_the_gazetteer() -> None:
    shipped = read_field_map(ROOT / "config")
    known = {place.id for place in read_lists(ROOT / "config").places}

    assert set(shipped.places) <= known
    assert {river.name for river in shipped.rivers} <= known


def test_the_field_lies_where_it_lies_and_its_villages_are_not_put_down_by_guess() -> None:
    shipped = read_field_map(ROOT / "config")

    assert shipped.places["marange-place"] == Point(-19.62, 32.35)
    assert shipped.within_km["marange-place"] == 15
    assert "chirasika-village" not in shipped.places


def test_a_folder_without_a_map_uses_the_one_that_ships(tmp_path: Path) -> None:
    assert read_field_map(tmp_path) == read_field_map(ROOT / "config")


def test_an_operator_may_put_places_down(tmp_path: Path) -> None:
    chart = read_field_map(written(tmp_path, f"# ours\n{FRAME}place | Chirasika village | -19.61, 32.30 | 2\n"))

    assert chart.places == {"chirasika-village": Point(-19.61, 32.30)}
    assert chart.title == "Around"


@pytest.mark.parametrize(
    "line",
    [
        "place | Chirasika village | here | 2",
        "place | Chirasika village | -19.61, 32.30 | near",
        "place | Chirasika village | -19.61, 32.30; -19.7, 32.4 | 2",
        "river | Save river | -19.61, 32.30 | 2",
        "road | To Mutare | -19.61, 32.30; -19.0, 32.6 | 2",
        "place | Chirasika village | -91.0, 32.30 | 2",
        "frame | -20.1, 33.0 | -18.8, 31.9 | Turned about",
        "nothing",
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(ListProblem, match=r"map/field\.map:2: expected"):
        read_field_map(written(tmp_path, f"{FRAME}{line}\n"))


def test_a_map_needs_its_frame(tmp_path: Path) -> None:
    with pytest.raises(ListProblem, match="frame"):
        read_field_map(written(tmp_path, "place | Chirasika village | -19.61, 32.30 | 2\n"))
