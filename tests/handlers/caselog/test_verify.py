from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.caselog import verify as checker
from handlers.caselog.content import canonical
from handlers.caselog.verify import NOT_A_LOG, main, read_document, verify

Document = dict[str, Any]
Export = Callable[..., Document]
SIZE = 7
quick = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def fresh(exported: Export) -> Callable[[], Document]:
    once = cache(lambda: exported(SIZE))
    return lambda: copy.deepcopy(once())


def resigned(document: Document, entries: list[Document], heads: list[Document]) -> Document:
    return {**document, "entries": entries, "heads": heads}


def test_an_honest_log_holds(fresh: Callable[[], Document]) -> None:
    document = fresh()

    verdict = verify(document)

    assert verdict.problems == ()
    assert verdict.notes == ()
    assert verdict.entries == SIZE
    assert verdict.head == f"{SIZE}:{document['heads'][-1]['root']}"


def test_an_empty_log_holds(exported: Export) -> None:
    verdict = verify(exported(0))

    assert verdict.problems == ()
    assert verdict.head == "0:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_log_with_destroyed_content_holds_and_says_so(exported: Export) -> None:
    verdict = verify(exported(5, destroyed=(1, 3), withdrawn=(3,)))

    assert verdict.problems == ()
    assert verdict.notes == (
        "The content of entry 1 was destroyed; no entry withdraws it.",
        "The content of entry 3 was destroyed; a later entry withdraws it.",
    )


@quick
@given(st.integers(0, SIZE - 1), st.data())
def test_an_altered_content_is_named(fresh: Callable[[], Document], index: int, data: st.DataObject) -> None:
    document = fresh()
    content = document["entries"][index]["content"]
    name = data.draw(st.sampled_from([*content, "note"]))
    content[name] = data.draw(
        st.sampled_from(["", "x", 0, 1.0, None, True, ["BEAT"], {"a": 1}]).filter(lambda new: new != content.get(name, "-"))
    )

    problems = verify(document).problems

    assert len(problems) == 1
    assert re.match(rf"Entry {index} was altered: its content does not", problems[0])


@quick
@given(
    st.integers(0, SIZE - 1), st.sampled_from(["index", "commitment", "destroyed", "salt", "content"]), st.booleans(), st.data()
)
def test_an_altered_field_of_an_entry_is_named(
    fresh: Callable[[], Document], index: int, name: str, has_pynacl: bool, data: st.DataObject
) -> None:
    document = fresh()
    entry = document["entries"][index]
    old = entry[name]
    entry[name] = data.draw(st.sampled_from([None, "", 0, 1, 99, True, 1.0, "ab" * 32, "AB" * 32, [], {}]))
    if entry[name] == old and type(entry[name]) is type(old):
        return

    problems = _problems(document, has_pynacl=has_pynacl)

    assert any(re.search(rf"\b[Ee]ntry {index}\b", problem) or f"place {index} " in problem for problem in problems), problems


@quick
@given(st.integers(0, SIZE - 1), st.booleans())
def test_a_removed_entry_is_named(fresh: Callable[[], Document], index: int, has_pynacl: bool) -> None:
    document = fresh()
    del document["entries"][index]

    assert _problems(document, has_pynacl=has_pynacl) == (f"Entry {index} is missing: removed.",)


@quick
@given(st.integers(0, SIZE - 2), st.booleans())
def test_a_removed_entry_is_named_though_the_others_were_renumbered(
    fresh: Callable[[], Document], index: int, has_pynacl: bool
) -> None:
    document = fresh()
    del document["entries"][index]
    _renumber(document)

    problems = _problems(document, has_pynacl=has_pynacl)

    assert f"Entry {index} was altered or removed: what stands there is not what was signed." in problems


@quick
@given(st.integers(0, SIZE - 1), st.integers(0, SIZE), st.booleans())
def test_an_inserted_copy_is_named(fresh: Callable[[], Document], index: int, place: int, has_pynacl: bool) -> None:
    document = fresh()
    document["entries"].insert(place, copy.deepcopy(document["entries"][index]))

    assert f"Entry {index} stands 2 times: one was inserted." in _problems(document, has_pynacl=has_pynacl)


@quick
@given(st.integers(0, SIZE), st.booleans())
def test_an_invented_entry_is_named_though_the_others_were_renumbered(
    fresh: Callable[[], Document], exported: Export, index: int, has_pynacl: bool
) -> None:
    document = fresh()
    document["entries"].insert(index, exported(SIZE + 1)["entries"][SIZE])
    _renumber(document)

    problems = _problems(document, has_pynacl=has_pynacl)

    assert f"Entry {SIZE} is in no signed head: it was inserted, or the heads were altered." in problems
    if index < SIZE:
        expected = f"Entry {index} was inserted or moved: what was signed as entry {index} stands as entry {index + 1}."
        assert expected in problems


@quick
@given(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1), st.booleans())
def test_two_entries_exchanged_are_named(fresh: Callable[[], Document], one: int, other: int, is_renumbered: bool) -> None:
    document = fresh()
    entries = document["entries"]
    entries[one], entries[other] = entries[other], entries[one]
    if is_renumbered:
        _renumber(document)

    problems = verify(document).problems

    if one == other:
        assert problems == ()
    elif is_renumbered:
        first, last = sorted((one, other))
        assert problems == (f"Entry {first} was inserted or moved: what was signed as entry {first} stands as entry {last}.",)
    else:
        assert set(problems) == {f"Entry {index} stands out of order: it was moved." for index in (one, other)}


@quick
@given(st.integers(0, SIZE - 1), st.sampled_from(["root", "signature"]), st.data(), st.booleans())
def test_a_flipped_byte_in_a_head_is_named(
    fresh: Callable[[], Document], place: int, name: str, data: st.DataObject, has_pynacl: bool
) -> None:
    document = fresh()
    head = document["heads"][place]
    at = data.draw(st.integers(0, len(head[name]) // 2 - 1))
    flipped = bytearray.fromhex(head[name])
    flipped[at] ^= data.draw(st.integers(1, 255))
    head[name] = flipped.hex()

    problems = _problems(document, has_pynacl=has_pynacl, all_signatures=True)

    assert problems[0].startswith(f"The head over {place + 1} {'entry was' if place == 0 else 'entries was'} altered")
    assert not any(problem.startswith("Entry") for problem in problems if f"Entry {SIZE - 1} is in no" not in problem)


@quick
@given(st.integers(0, SIZE - 2), st.sampled_from(["removed", "doubled", "exchanged", "resized"]))
def test_heads_removed_inserted_or_moved_are_noticed(fresh: Callable[[], Document], place: int, what: str) -> None:
    document = fresh()
    heads = document["heads"]
    if what == "removed":
        del heads[place]
    elif what == "doubled":
        heads.insert(place, heads[place])
    elif what == "exchanged":
        heads[place], heads[place + 1] = heads[place + 1], heads[place]
    else:
        heads[place]["size"] = 10**15

    problems = verify(document).problems

    assert problems
    assert all("ead over" in problem for problem in problems), problems


@pytest.mark.parametrize("name", ["log_id", "public_key"])
def test_an_altered_key_or_id_is_noticed(fresh: Callable[[], Document], name: str) -> None:
    document = fresh()
    document[name] = document[name][:-1] + ("0" if document[name][-1] != "0" else "1")

    assert "The log's id was altered: it is not that of its public key." in verify(document).problems


def test_a_log_of_another_key_is_noticed_by_who_knows_the_key(fresh: Callable[[], Document]) -> None:
    document = fresh()

    assert verify(document, key=document["public_key"].upper()).problems == ()
    assert verify(document, key="ab" * 32).problems == (
        "The log is signed with another key than the one you know: it is not the same log.",
    )


def test_a_log_cut_at_its_end_is_noticed_by_who_knows_a_later_head(fresh: Callable[[], Document]) -> None:
    document = fresh()
    last = document["heads"][-1]
    cut = resigned(document, document["entries"][:4], document["heads"][:4])

    assert verify(cut).problems == ()
    assert verify(cut, known_head=(SIZE, last["root"])).problems == (
        "The log was cut: you know a head over 7 entries, and only the first 4 are here without a gap.",
    )
    assert verify(document, known_head=(4, document["heads"][3]["root"])).problems == ()


def test_a_rewritten_log_is_noticed_by_who_knows_an_earlier_head(fresh: Callable[[], Document]) -> None:
    document = fresh()

    problems = verify(document, known_head=(4, "ab" * 32)).problems

    assert problems == ("The log was rewritten: its first 4 entries are not those of the head you know.",)


def test_a_head_that_the_key_signed_for_another_history_is_named(fresh: Callable[[], Document], exported: Export) -> None:
    document, other = fresh(), exported(2, withdrawn=(0,))
    document["heads"][2] = other["heads"][2]

    assert verify(document).problems == ("The head over 3 entries was signed for other entries: the log was rewritten.",)


def test_without_pynacl_the_result_says_what_was_not_checked(
    fresh: Callable[[], Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "HAS_PYNACL", False)
    document = fresh()
    document["heads"][2]["signature"] = "00" * 64

    few, all_of_them = verify(document), verify(document, all_signatures=True)

    assert few.problems == ()
    assert few.notes == (
        "PyNaCl is not here: only the last signature and those in doubt were checked. --all-signatures checks each.",
    )
    assert all_of_them.problems == ("The head over 3 entries was altered: its signature does not hold.",)
    assert all_of_them.notes == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@quick
@given(json_values)
def test_whatever_is_handed_in_is_answered(value: Any) -> None:
    assert verify(value).problems == (NOT_A_LOG,)


@quick
@given(json_values, st.sampled_from(["format", "v", "log_id", "public_key", "entries", "heads"]), st.booleans())
def test_whatever_stands_in_a_field_is_answered(fresh: Callable[[], Document], value: Any, name: str, is_within: bool) -> None:
    document = fresh()
    if is_within and isinstance(document[name], list):
        document[name][3] = value
    elif value == document[name]:
        return
    else:
        document[name] = value

    assert verify(document).problems


@quick
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.from_regex(r"[a-z_]{0,5}\Z"), inner),
    )
)
def test_the_checker_and_the_ledger_write_alike(value: Any) -> None:
    try:
        written = canonical(value)
    except ValueError:
        with pytest.raises(ValueError, match=r".*"):
            checker.canonical(value)
    else:
        assert checker.canonical(value) == written
        assert json.loads(written) == value


@pytest.mark.parametrize(
    "text", [b"", b"\xff", b"{", b'{"a": 1, "a": 2}', b'{"a": 1.5}', b"NaN", b"[" * 100_000, b"9" * 5000, b'{"a": 1e5}']
)
def test_a_file_that_is_not_strict_json_gives_one_sentence(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"^The file is not JSON as a case log is written\.$"):
        read_document(text)


def test_the_command_ends_with_0_1_and_2(
    fresh: Callable[[], Document], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, garbage = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "garbage.json"
    document = fresh()
    good.write_text(json.dumps(document))
    document["entries"][4]["content"]["place"] = "Ward 30"
    bad.write_text(json.dumps(document))
    garbage.write_bytes(b"\x00garbage")

    assert main([str(good)]) == 0
    assert "The log holds: 7 entries." in capsys.readouterr().out
    assert main([str(bad)]) == 1
    assert "Entry 4 was altered: its content does not match its commitment." in capsys.readouterr().out
    assert main([str(garbage)]) == 2
    assert capsys.readouterr().err == "The file is not JSON as a case log is written.\n"
    assert main([str(tmp_path / "nowhere")]) == 2
    assert capsys.readouterr().err == "The file cannot be read: No such file or directory.\n"


def test_an_outsider_can_run_the_file_alone_without_anything_installed(fresh: Callable[[], Document], tmp_path: Path) -> None:
    alone = tmp_path / "verify.py"
    shutil.copy(checker.__file__, alone)
    document = fresh()
    (tmp_path / "log.json").write_text(json.dumps(document))
    head = f"{SIZE}:{document['heads'][-1]['root']}"
    command = [
        sys.executable,
        "-I",
        "-S",
        str(alone),
        "log.json",
        "--head",
        head,
        "--key",
        document["public_key"],
        "--all-signatures",
    ]

    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == f"The log holds: 7 entries. Last head that holds: {head}\n"


@pytest.mark.parametrize("head", ["7", "7:xy", "-1:" + "ab" * 32, "٧:" + "ab" * 32])
def test_a_head_that_cannot_be_read_is_refused(head: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["file", f"--head={head}"])

    assert ended.value.code == 2
    assert "expected SIZE:ROOT" in capsys.readouterr().err


def _problems(document: Document, *, has_pynacl: bool, all_signatures: bool = False) -> tuple[str, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checker, "HAS_PYNACL", has_pynacl)
        return verify(document, all_signatures=all_signatures).problems


def _renumber(document: Document) -> None:
    for index, entry in enumerate(document["entries"]):
        entry["index"] = index


def _places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Give the path of every value in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for path in [path] if path] + [found for name, item in inner for found in _places(item, (*path, name))]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_single_change_anywhere_goes_unnoticed(fresh: Callable[[], Document], data: st.DataObject) -> None:
    document = fresh()
    *above, last = data.draw(st.sampled_from(_places(document)))
    holder: Any = document
    for name in above:
        holder = holder[name]
    old = holder[last]
    new: Any = data.draw(st.sampled_from([None, True, 0, 1, -1, 2**64, 1.0, "", "0" * 64, "x", [], {}, "removed"]))
    if new == "removed":
        del holder[last]
    elif new == old and type(new) is type(old):
        return
    else:
        holder[last] = new

    assert verify(document).problems, (above, last)
