"""The operator's lists: read whole, checked whole, every fault named with its line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.lists import ListProblem, read_lists
from handlers.triage.lookups import build_lookups
from tests.shipped import shipped_lookups

Edit = Callable[[str, str], Path]


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    for room in ("categories", "lexicons", "places", "words", "prompts"):
        shutil.copytree(Path("config") / room, tmp_path / room)

    def append(name: str, line: str) -> Path:
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        return tmp_path

    return append


def test_the_shipped_lists_are_read_and_compiled() -> None:
    assert len(shipped_lookups().categories) == 18


def test_an_entry_knows_its_file_and_line(edit: Edit) -> None:
    folder = edit("categories/words.sn.txt", "BEAT: kudashurwa, kunyangwa  # heard in Bocha")

    entry = next(entry for entry in read_lists(folder).category_words if entry.entry == "kunyangwa")

    lines = (folder / entry.list_name).read_text("utf-8").splitlines()
    assert entry.key == "BEAT"
    assert entry.language == "sn"
    assert "kunyangwa" in lines[entry.line - 1]


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("categories/words.sn.txt", "BEET: kurohwa", "BEAT"),
        ("categories/words.sn.txt", "just words", "entry, entry"),
        ("categories/words.sn.txt", "BEAT: kudashurwa,, kunyangwa", "between the commas"),
        ("categories/words.sn.txt", "BEAT: ", "between the commas"),
        ("categories/words.sn.txt", "BEAT: -ro-", "three letters"),
        ("categories/words.sn.txt", "BEAT: <people>", "<number>"),
        ("categories/words.sn.txt", "BEAT: kudashurwa, kudashurwa", "once"),
        ("categories/words.sn.txt", "BEAT: (kudashurwa", "words"),
        ("lexicons/signs.en.txt", "LATER: soon", "NOW or SOON"),
        ("lexicons/numbers.sn.txt", "three: tatu", "a number"),
        ("lexicons/groups.sn.txt", "money: mari", "in capitals"),
        ("lexicons/groups.sn.txt", "MONEY: -ma-", "three letters"),
        ("lexicons/short.en.txt", "two words: 2wds", "a word"),
        ("lexicons/affixes.sn.txt", "SUBJECT: ndi-", "VERB"),
        ("categories/together.txt", "EXTO: MONEY", "MONEY + GATE"),
        ("categories/together.txt", "EXTO: MONEY + NOTHING_SUCH", "groups of words"),
        ("categories/together.txt", "EXTO: MONEY + GATE - NOTHING_SUCH", "groups of words"),
        ("words/commands.sn.txt", "GO: enda", "HELP"),
        ("prompts/replies.sn.txt", "help: Once more.", "once"),
        ("prompts/replies.sn.txt", "hello: Mhoro.", "acknowledgement"),
        ("categories/categories.txt", "NEW | A new kind | | 41 | ordinary", "0 to 40"),
        ("categories/categories.txt", "NEW | A new kind | | 10 | perhaps", "urgent"),
        ("categories/categories.txt", "BEAT | Again | | 10 | ordinary", "each once"),
        ("categories/categories.txt", "NEW | too few", "severity"),
        ("places/places.txt", "Somewhere | hamlet | Marange | |", "a level"),
        ("places/places.txt", "Somewhere | village | Nowhere | |", "'within'"),
        ("places/places.txt", "Betera | village | Marange | |", "once"),
        ("places/places.txt", "Ward 99 | ward | Mutare West | | lately", "a year"),
        ("places/places.txt", "Somewhere, village", "other spellings"),
        ("lexicons/signs.en.txt", "NOW: now\x07", "control character"),
        ("categories/keys.txt", "8: BEAT", "each kind of categories.txt once"),
        ("categories/keys.txt", "8: NEVER", "each kind of categories.txt once"),
        ("categories/keys.txt", "0: BEAT", "1 or 2"),
        ("places/codes.txt", "999: Nowhere village", "each place of places.txt once"),
        ("places/codes.txt", "999: Chiadzwa village", "each place of places.txt once"),
        ("places/codes.txt", "0: Chiadzwa village", "a code of one to three digits"),
        ("prompts/voice.sn.txt", "bye: Once more.", "once"),
        ("prompts/voice.sn.txt", "hello: Mhoro.", "choose or honest"),
        ("prompts/voice.sn.txt", "category_NEVER: Hapana.", "choose or honest"),
    ],
)
def test_a_malformed_line_is_refused_with_its_place_and_what_was_expected(
    name: str, line: str, expected: str, edit: Edit
) -> None:
    folder = edit(name, line)
    number = len((folder / name).read_text("utf-8").splitlines())

    with pytest.raises(ListProblem) as refused:
        read_lists(folder)

    (problem,) = refused.value.problems
    assert problem.startswith(f"{name}:{number}: expected ")
    assert expected in problem
    assert ", came " in problem


def test_all_faults_are_told_at_once(edit: Edit) -> None:
    edit("places/places.txt", "Somewhere | hamlet | Marange | |")
    edit("lexicons/numbers.nd.txt", "three: tatu")
    folder = edit("words/commands.sn.txt", "GO: enda")
    (folder / "categories/words.en.txt").write_bytes(b"BEAT: beaten\nKILL: \xff\xfe\n")

    with pytest.raises(ListProblem) as refused:
        read_lists(folder)

    files = [problem.split(": ")[0].rsplit(":", 1)[0] for problem in refused.value.problems]
    assert sorted(files) == ["categories/words.en.txt", "lexicons/numbers.nd.txt", "places/places.txt", "words/commands.sn.txt"]
    assert any(problem.startswith("categories/words.en.txt:2: expected text in UTF-8") for problem in refused.value.problems)


def test_a_misnamed_file_is_refused_rather_than_passed_over(edit: Edit) -> None:
    folder = edit("lexicons/sings.sn.txt", "NOW: nhasi")

    with pytest.raises(ListProblem, match=r"lexicons/sings\.sn\.txt"):
        read_lists(folder)


def test_a_missing_list_is_named(edit: Edit) -> None:
    folder = edit("places/places.txt", "")
    (folder / "places/places.txt").unlink()

    with pytest.raises(ListProblem, match=r"places/places\.txt:0: expected a file"):
        read_lists(folder)


def test_a_fault_in_the_list_of_names_does_not_repeat_the_name(edit: Edit) -> None:
    folder = edit("lexicons/names.operator.txt", "NAME: Farai (Chenai")

    with pytest.raises(ListProblem) as refused:
        read_lists(folder)

    assert "Farai" not in str(refused.value)
    assert "Farai" not in repr(refused.value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_line_is_read_or_refused_and_what_is_read_compiles(line: str, edit: Edit) -> None:
    folder = edit("lexicons/signs.en.txt", "")
    shipped = Path("config/lexicons/signs.en.txt").read_text("utf-8")
    (folder / "lexicons/signs.en.txt").write_text(f"{shipped}NOW: {line}\n{line}\n", encoding="utf-8")

    try:
        lists = read_lists(folder)
    except ListProblem as refused:
        assert all("lexicons/signs.en.txt:" in problem for problem in refused.problems)
    else:
        build_lookups(lists)
