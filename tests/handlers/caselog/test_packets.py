from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from handlers.caselog.content import EntryContent, canonical
from handlers.caselog.ledger import append, commitment, leaf_bytes, log_id
from handlers.caselog.packets import Packet, lint, make_packet, packet_id
from handlers.caselog.signs import find_signs
from handlers.caselog.tree import Frontier, inclusion_holds, leaf_hash

Content = Callable[..., EntryContent]
TELLING = "Masoja arova vanhu vatatu paChirasika nhasi mangwanani, mumwe akatyoka ruoko. Batsirai."


def kinds(
    content: EntryContent, *tellings: str, names: tuple[str, ...] = (), finer: tuple[str, ...] = ()
) -> set[tuple[str, bool]]:
    return {(concern.kind, concern.is_blocking) for concern in lint(content, tellings, names, finer_places=finer)}


def test_a_careful_entry_raises_no_concern(content: Content) -> None:
    summary = "Soldiers beat several people near the fields in 2026; one was badly hurt. A clinic confirmed it, as in 2009-2010."

    assert lint(content(summary=summary), [TELLING], ["Tendai Moyo"], finer_places=["Chirasika"]) == ()


@pytest.mark.parametrize(
    ("words", "kind", "is_blocking"),
    [
        ("call +263 77 000 0011", "number", True),
        ("call 0 7 7 0 0 0 0 0 1 1", "number", True),
        ("call 077-000.0011", "number", True),
        ("call o77ooooo11", "number", True),
        ("call ٠٧٧٠٠٠٠٠١١", "number", True),
        ("call ０７７０００００１１", "number", True),
        ("call zero seven seven zero zero zero one one", "number", True),
        ("call 077 zero zero zero zero", "number", True),
        ("id 63-1234567 A 12", "identity", True),
        ("id 631234567a12", "identity", True),
        ("passport BN123456", "identity", True),
        ("write to source@example.org", "address", True),
        ("write to source(at)example.org", "address", True),
        ("see https://example.org/me", "address", True),
        ("account @tendai_m", "address", True),
        ("car ABC 1234", "plate", True),
        ("car abc1234", "plate", True),
        ("car 700-123 A", "plate", True),
        ("car ABC 2010", "plate", False),
        ("it was 14:30", "time", True),
        ("it was 2 pm", "time", True),
        ("it was 3 o'clock", "time", True),
        ("on 24 November", "time", True),
        ("on November 24th", "time", True),
        ("on 24/11/2026", "time", True),
        ("on 2026-11-24", "time", True),
        ("on Tuesday", "time", False),
        ("nhasi", "time", False),
        ("three men were beaten", "count", False),
        ("3 young women were beaten", "count", False),
        ("vanhu vatatu", "count", False),
        ("abantu abathathu", "count", False),
        ("a 15-year-old", "age", False),
        ("we saw it", "voice", False),
        ("the wife of a miner", "kin", False),
    ],
)
def test_words_that_point_to_somebody_are_noticed(content: Content, words: str, kind: str, is_blocking: bool) -> None:
    assert (kind, is_blocking) in kinds(content(summary=f"At the fields, {words}."))


def test_an_hour_or_day_is_no_concern_where_it_was_chosen(content: Content) -> None:
    assert kinds(content(summary="It was 2026-11-24.", when="2026-11-24")) == set()
    assert kinds(content(summary="It was 14:30.", when="2026-11-24, 14 h")) == {("time", False)}
    assert kinds(content(when="last Tuesday")) == {("time", True)}


def test_an_exact_number_of_people_is_not_a_band(content: Content) -> None:
    assert kinds(content(people="3")) == {("count", True)}
    assert kinds(content(people="5 to 9")) == set()


@pytest.mark.parametrize("summary", ["TENDAI  moyo was there", "naTendai Moyo", "Tendai Moyo's house", "Téndai-Moyo"])
def test_a_listed_name_is_found_in_any_dress(content: Content, summary: str) -> None:
    assert ("name", True) in kinds(content(summary=summary), names=("Tendai Moyo",))


def test_a_name_within_another_word_is_no_name(content: Content) -> None:
    assert kinds(content(summary="The mine gate was closed."), names=("Min", "")) == set()


def test_a_place_below_the_chosen_level_is_found_with_its_prefix(content: Content) -> None:
    assert ("place", True) in kinds(content(summary="Beaten paChirasika."), finer=("Chirasika",))
    assert ("place", True) in kinds(content(place="Ward 29, Chirasika"), finer=("Chirasika",))
    assert kinds(content(summary="In Marange.", place="Marange"), finer=("Marange",)) == set()


def test_six_words_in_a_row_of_the_source_are_copied_and_five_are_not(content: Content) -> None:
    six, five = (
        "Told: AROVA vanhu, vatatu pachirasika nhasi mangwanani!",
        "Told: arova vanhu zvakanyanya pachirasika nhasi mangwanani",
    )

    found = [concern for concern in lint(content(summary=six), [TELLING], []) if concern.kind == "copy"]

    assert [concern.words for concern in found] == ["arova vanhu vatatu pachirasika nhasi mangwanani"]
    assert found[0].is_blocking
    assert ("copy", True) not in kinds(content(summary=five), TELLING)


def test_a_short_telling_copied_whole_is_copied(content: Content) -> None:
    assert ("copy", True) in kinds(content(summary="It says: mvura yasviba kwaTonhorai."), "Mvura yasviba kwaTonhorai!")
    assert ("copy", True) not in kinds(content(summary="Batsirai, it says."), "Batsirai")


def test_a_concern_hides_its_words_from_repr(content: Content) -> None:
    assert "0011" not in repr(lint(content(summary="call +263 77 000 0011"), [], []))


@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=3), st.lists(st.text(max_size=10), max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_upsets_the_check(content: Content, text: str, tellings: list[str], names: list[str]) -> None:
    for concern in lint(content(summary=f"x {text}"), tellings, names, finer_places=names):
        assert concern.sentence


@given(
    st.integers(10**6, 10**15), st.lists(st.sampled_from(["", " ", "-", ".", " (", "\u00a0", "\u2013"]), min_size=15, max_size=15)
)
def test_a_long_number_is_noticed_in_any_spacing(number: int, gaps: list[str]) -> None:
    spaced = "".join(digit + gap for digit, gap in zip(str(number), gaps, strict=False))

    assert any(sign.is_blocking for sign in find_signs(f"it is {spaced.strip()} there", step=None))


def test_a_packet_can_be_checked_alone_against_its_signed_head(content: Content) -> None:
    key, salt = SigningKey(b"k" * 32), b"s" * 32
    frontier = append(Frontier(), content(0), salt=b"r" * 32, signing_key=key).frontier
    appended = append(frontier, content(1), salt=salt, signing_key=key)

    packet = make_packet(appended, content(1), salt=salt, public_key=bytes(key.verify_key))
    sent: dict[str, Any] = json.loads(json.dumps(packet.as_fields()))

    assert Packet.from_fields(sent) == packet
    head = {name: sent["head"][name] for name in ("v", "size", "root", "log_id")}
    key.verify_key.verify(canonical(head), bytes.fromhex(sent["head"]["signature"]))
    committed = commitment(bytes.fromhex(sent["salt"]), sent["content"])
    proof = [bytes.fromhex(part) for part in sent["proof"]]
    root = bytes.fromhex(head["root"])
    assert inclusion_holds(leaf=leaf_hash(leaf_bytes(1, committed)), index=1, size=head["size"], proof=proof, root=root)


def test_the_id_of_a_packet_is_its_own_and_stays() -> None:
    one, other = log_id(b"1" * 32), log_id(b"2" * 32)

    assert packet_id(one, 4) == packet_id(one, 4)
    assert len({packet_id(one, 4), packet_id(one, 5), packet_id(other, 4)}) == 3
