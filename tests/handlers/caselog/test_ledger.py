from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from handlers.caselog.content import EntryContent, Kind, canonical
from handlers.caselog.ledger import (
    Opened,
    append,
    commitment,
    export,
    head_fields,
    leaf_bytes,
    open_entry,
    seal_entry,
)
from handlers.caselog.tree import Frontier, inclusion_holds, leaf_hash
from handlers.caselog.verify import verify
from handlers.errors import NotAllowed, SealError
from handlers.records import LogEntry, Standing

Content = Callable[..., EntryContent]
SALT = b"s" * 32
KEY = SigningKey(b"k" * 32)
LOG = PrivateKey(b"p" * 32)


def test_an_append_gives_the_leaf_the_signed_head_and_its_proof(content: Content) -> None:
    frontier = append(Frontier(), content(0), salt=SALT, signing_key=KEY).frontier

    appended = append(frontier, content(1), salt=SALT, signing_key=KEY)

    leaf = json.loads(appended.entry.leaf)
    assert leaf == {"v": 1, "index": 1, "commitment": commitment(SALT, content(1).as_fields()).hex()}
    assert appended.head.size == appended.frontier.size == 2
    assert appended.head.root == appended.frontier.root
    KEY.verify_key.verify(canonical(head_fields(2, appended.head.root, bytes(KEY.verify_key))), appended.head.signature)
    hashed = leaf_hash(appended.entry.leaf)
    assert inclusion_holds(leaf=hashed, index=1, size=2, proof=appended.proof, root=appended.head.root)


def test_the_same_content_under_another_salt_has_another_commitment(content: Content) -> None:
    assert commitment(SALT, content().as_fields()) != commitment(b"t" * 32, content().as_fields())
    with pytest.raises(ValueError, match="salt"):
        commitment(b"short", content().as_fields())


def test_a_content_survives_its_fields(content: Content) -> None:
    for original in (content(), content(kind=Kind.CORRECTION, refers_to=0, categories=())):
        fields = json.loads(canonical(original.as_fields()))

        assert EntryContent.from_fields(fields | {"of_a_later_version": 1}) == original


def test_the_canonical_form_is_fixed(content: Content) -> None:
    assert canonical({"b": ['é\x7f\x1f\n"', 1], "a": None}) == '{"a":null,"b":["é\x7f\\u001f\\n\\"",1]}'.encode()
    for value in (1.5, {"a": [0.0]}, {"é": 1}, "\ud800"):
        with pytest.raises(ValueError, match=r".*"):
            canonical(value)
    assert canonical(content(0).as_fields()).startswith(b'{"actors":["army"],"approver":"TC","categories":["BEAT","DETN"],')


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"approver": " rm "}, "does not approve it"),
        ({"proposer": ""}, "does not approve it"),
        ({"summary": " \n"}, "summary is empty"),
        ({"summary": "\ud800"}, "cannot be written"),
        ({"source_grade": "G"}, "A to F"),
        ({"information_grade": 7}, "1 to 6"),
        ({"standing": Standing.LEAD}, "reasonable grounds"),
        ({"categories": ()}, "at least one category"),
        ({"categories": ("BEAT him",)}, "not a code"),
        ({"independent_sources": 4}, "three or more"),
        ({"refers_to": 1}, "a case names none"),
        ({"kind": Kind.WITHDRAWAL}, "names the entry"),
    ],
)
def test_a_content_that_may_not_be_logged_is_refused_with_a_sentence(
    content: Content, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(NotAllowed, match=sentence):
        content(**changes)


def test_a_correction_must_refer_to_an_entry_that_is_there(content: Content) -> None:
    correction = content(kind=Kind.CORRECTION, refers_to=0)

    with pytest.raises(NotAllowed, match="no entry of that number"):
        append(Frontier(), correction, salt=SALT, signing_key=KEY)
    frontier = append(Frontier(), content(), salt=SALT, signing_key=KEY).frontier
    assert append(frontier, correction, salt=SALT, signing_key=KEY).entry.index == 1


def test_a_sealed_entry_opens_with_the_log_key_for_its_own_index_only(content: Content) -> None:
    sealed = seal_entry(bytes(LOG.public_key), SALT, content(), 4)

    opened = open_entry(bytes(LOG), sealed, 4)

    assert (opened.salt, opened.content, opened.fields) == (SALT, content(), content().as_fields())
    for private, blob, index in (
        (bytes(LOG), sealed, 5),
        (b"q" * 32, sealed, 4),
        (bytes(LOG), sealed[:-1] + bytes([sealed[-1] ^ 1]), 4),
        (bytes(LOG), b"", 4),
    ):
        with pytest.raises(SealError):
            open_entry(private, blob, index)


def test_the_length_of_a_sealed_entry_does_not_tell_that_of_its_content(content: Content) -> None:
    lengths = {len(seal_entry(bytes(LOG.public_key), SALT, content(summary="x" * length), 4)) for length in range(1, 200)}

    assert len(lengths) == 1


def test_nothing_of_a_content_is_shown_by_repr(content: Content) -> None:
    shown = repr(content(summary="Canary at the clinic", place="Canary Hill", when="canary week")) + repr(
        Opened(SALT, {"summary": "Canary"})
    )

    assert "anary" not in shown


def test_an_export_refuses_to_pass_an_unopened_entry_for_a_destroyed_one(content: Content) -> None:
    entry = LogEntry(index=0, leaf=leaf_bytes(0, b"c" * 32), sealed=b"sealed", origin="o", hour=0)

    with pytest.raises(NotAllowed, match="Entry 0 was not opened"):
        export([entry], [], bytes(KEY.verify_key), opened={})


def test_destroyed_content_is_not_exported_though_it_is_still_at_hand(content: Content) -> None:
    appended = append(Frontier(), content(), salt=SALT, signing_key=KEY)
    entry = LogEntry(index=0, leaf=appended.entry.leaf, sealed=None, origin="o", hour=0)

    document = export([entry], [appended.head], bytes(KEY.verify_key), opened={0: Opened(SALT, content().as_fields())})

    assert document["entries"] == [
        {"index": 0, "commitment": appended.entry.commitment.hex(), "destroyed": True, "salt": None, "content": None}
    ]
    assert verify(document).problems == ()


def test_a_long_log_is_appended_and_checked(exported: Callable[..., dict[str, Any]]) -> None:
    verdict = verify(exported(2_000))

    assert verdict.problems == ()
    assert verdict.entries == 2_000


def test_the_day_is_the_finest_time_that_an_entry_keeps_of_its_own_making(content: Content) -> None:
    assert content(logged_on=date(2026, 11, 24)).as_fields()["logged_on"] == "2026-11-24"
