"""A delivery is known again by its tags, and by nothing else; no tag confirms a guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from handlers.events import InboundCall, InboundText, Media, Told, Unrecognised
from handlers.protection.pseudonyms import delivery_tags, provider_tag, pseudonym, receipt_tag

TAG_KEY, PSEUDONYM_KEY = b"t" * 32, b"p" * 32
# Few letters, so that hypothesis often finds two that would be alike if parts ran into each other.
WORDS = st.text("ab\x00| :", max_size=3)
IDS = st.none() | st.text("ab\x00", min_size=1, max_size=3)
MOMENTS = st.none() | st.integers(0, 3).map(lambda second: datetime.fromtimestamp(second, UTC))

TEXTS = st.builds(
    InboundText,
    provider=st.sampled_from(["twilio", "handset"]),
    provider_id=IDS,
    line=st.sampled_from(["", "1"]),
    sender=WORDS,
    text=WORDS,
    media=st.lists(st.builds(Media, content_type=st.just("image/png"), reference=WORDS), max_size=2).map(tuple),
    sent_at=MOMENTS,
    original=st.none() | WORDS,
)
CALLS = st.builds(InboundCall, provider=st.sampled_from(["twilio", "handset"]), provider_id=IDS, line=WORDS, sender=WORDS)
ODD = st.builds(
    Unrecognised,
    provider=st.sampled_from(["twilio", "handset"]),
    provider_id=IDS,
    door=st.sampled_from(["message", "status"]),
    why=st.just("x"),
    fields=st.dictionaries(WORDS, WORDS, max_size=2),
)
EVENTS = st.one_of(TEXTS, CALLS, ODD)


def tags(event: Told):
    return delivery_tags(event, tag_key=TAG_KEY, pseudonym_key=PSEUDONYM_KEY)


def said(event: Told) -> tuple[object, ...]:
    """Give what makes a delivery the same one again: who brought it, under which id, and what was said."""
    own = (type(event), event.provider, event.provider_id)
    if isinstance(event, InboundText):
        moment = event.sent_at if event.provider_id is None else None
        return (*own, event.sender, event.original or event.text, [media.reference for media in event.media], moment)
    if isinstance(event, InboundCall):
        return (*own, event.sender)
    return (*own, event.door, dict(event.fields))


@given(EVENTS, EVENTS)
def test_two_deliveries_share_a_tag_only_if_the_same_was_said_under_the_same_id(one: Told, other: Told) -> None:
    assert (tags(one).whole == tags(other).whole) is (said(one) == said(other))


@given(TEXTS, st.sampled_from(["sender", "text", "provider_id", "original"]), st.text("ab\x00|", min_size=1, max_size=2))
def test_any_other_word_makes_another_tag(event: InboundText, name: str, more: str) -> None:
    changed = replace(event, **{name: (getattr(event, name) or "") + more})
    assume(said(changed) != said(event))

    assert tags(changed).whole != tags(event).whole


@given(TEXTS)
def test_parts_cannot_be_shifted_into_each_other(event: InboundText) -> None:
    assume(event.sender and event.original is None)

    shifted = replace(event, sender=event.sender[:-1], text=event.sender[-1] + event.text)

    assert tags(shifted).whole != tags(event).whole
    assert tags(shifted).content is None or tags(shifted).content != tags(event).content


@given(TEXTS, MOMENTS, st.sampled_from(["", "1", "2"]))
def test_the_envelope_of_a_delivery_with_an_id_does_not_count(event: InboundText, moment: datetime | None, line: str) -> None:
    assume(event.provider_id)

    assert tags(replace(event, sent_at=moment, line=line, reply_token="x")).whole == tags(event).whole


@given(EVENTS)
def test_only_what_has_no_id_dies_with_its_period(event: Told) -> None:
    found = tags(event)

    assert found.of_period is (not event.provider_id)
    assert (found.same_id is None) is (not event.provider_id)


@given(EVENTS)
def test_without_an_id_nobody_without_the_pseudonym_key_can_confirm_a_guess(event: Told) -> None:
    again = delivery_tags(event, tag_key=TAG_KEY, pseudonym_key=b"q" * 32)

    if not event.provider_id:
        assert again.whole != tags(event).whole
    assert again.content is None or again.content != tags(event).content


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_pseudonym_is_one_persons_within_its_period_alone(one: str, other: str) -> None:
    assert (pseudonym(PSEUDONYM_KEY, one) == pseudonym(PSEUDONYM_KEY, other)) is (one == other)
    assert pseudonym(PSEUDONYM_KEY, one) != pseudonym(TAG_KEY, one)


@given(WORDS, WORDS, WORDS, WORDS)
def test_an_id_of_one_provider_is_not_that_of_another(provider: str, name: str, other: str, other_name: str) -> None:
    same = provider_tag(TAG_KEY, provider, name) == provider_tag(TAG_KEY, other, other_name)

    assert same is ((provider, name) == (other, other_name))


def test_tags_of_different_kinds_never_meet() -> None:
    kinds = {
        pseudonym(TAG_KEY, "1"),
        receipt_tag(TAG_KEY, "1"),
        provider_tag(TAG_KEY, "", "1"),
        provider_tag(TAG_KEY, "1", ""),
    }

    assert len(kinds) == 4


def test_lone_surrogates_have_tags_too() -> None:
    event = InboundText(provider="twilio", provider_id="\ud800", line="", sender="\udfff", text="\ud800\udc00\ud800")

    assert len(tags(event).whole) == 32


def test_no_tag_shows_in_a_repr() -> None:
    event = InboundText(provider="twilio", provider_id="SM1", line="", sender="+263770000011", text="x")

    assert repr(tags(event)) == "DeliveryTags(of_period=False)"
