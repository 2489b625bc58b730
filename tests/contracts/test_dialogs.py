"""Every provider that carries voice renders every dialog of the menu; a telephone of its markup sends back the step asked for."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.providers.contract import Addresses, Answer, has_door
from handlers.events import CallStep
from handlers.voice.composing import Composer, Made
from handlers.voice.menu import STATES, Heard, Turn, advance
from handlers.voice.menu.moving import _says
from handlers.voice.speech import Ask, Dialog, GoTo, HangUp, Next, Pause, Reject, Speak, Take
from handlers.voice.tokens import Memory, Tokens
from tests.captured.loading import as_request
from tests.exchange import COMPILED, PROVIDERS
from tests.telephones import SECRET, AfricasTelephone, Telephone, TwilioTelephone

BASES = {
    "twilio": "https://tips.example.org/webhooks/twilio",
    "africastalking": f"https://tips.example.org/webhooks/africastalking/{SECRET}",
}
TOKENS = Tokens(b"t" * 32)
COMPOSER = Composer(COMPILED.prompts, TOKENS, language="sn")
MADE = Made(receipt="4821553907", reply=(Speak(text="<&> \x00\x0b\ud800", language="en"),), recording="RE" + "4" * 32)
BOTH = pytest.mark.parametrize("provider", sorted(BASES))
TEXTS = st.text(max_size=40)
SAID = st.one_of(
    st.builds(Speak, text=TEXTS, language=st.just("en"), address=st.none() | st.just("https://tips.example.org/p/1.mp3")),
    st.builds(Pause, seconds=st.integers(1, 3)),
)
NEXTS = st.builds(
    Next, step=st.sampled_from(["keys", "recorded", "next"]), token=st.text("abcXYZ019-_", min_size=1, max_size=400)
)
VERBS = st.one_of(
    SAID,
    st.builds(
        Ask,
        speak=st.lists(SAID, max_size=5).map(tuple),
        next=NEXTS,
        most_keys=st.integers(1, 10),
        seconds=st.integers(1, 20),
        ends_with=st.sampled_from(["", "#"]),
    ),
    st.builds(
        Take,
        speak=st.lists(SAID, max_size=5).map(tuple),
        next=NEXTS,
        most_seconds=st.integers(1, 600),
        silence_seconds=st.integers(1, 20),
    ),
    st.builds(GoTo, next=NEXTS),
    st.builds(HangUp),
    st.builds(Reject),
)


def rendered(provider: str, dialog: Dialog) -> Answer:
    request = as_request(method="POST", target=urlsplit(BASES[provider]).path + "/voice", headers={}, body=b"")
    return PROVIDERS[provider].render(request, dialog, Addresses(base=BASES[provider]))


def parsed(answer: Answer) -> list[ElementTree.Element]:
    assert answer.content_type == "text/xml"
    root = ElementTree.fromstring(answer.body.encode())  # noqa: S314  # our own words
    assert root.tag == "Response"
    return list(root)


def a_turn(state: str, *, again: bool) -> Turn:
    memory = Memory(state=state, began=0, language="en", answers={"group": "1"})
    return Turn(says=_says(memory, COMPILED.keypad, again=again), memory=memory)


@BOTH
@pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_renders_and_comes_back_to_itself(provider: str, state: str, again: bool) -> None:
    dialog = COMPOSER.compose(a_turn(state, again=again), MADE, call_id="c1", provider=provider, now=0)
    answer = rendered(provider, dialog)

    parsed(answer)
    assert len(answer.body) < 16_000
    for address in _addresses(answer):
        path = urlsplit(address).path.removeprefix(urlsplit(BASES[provider]).path + "/")
        if path != "recording":
            step = _sent_back(provider, address)
            assert has_door(PROVIDERS[provider], path)
            assert TOKENS.open(step.token, call_id="c1", provider=provider, now=1).state == state


@BOTH
@settings(deadline=None, max_examples=200)
@given(dialog=st.lists(VERBS, max_size=5).map(tuple))
def test_any_dialog_is_well_formed_markup(provider: str, dialog: Dialog) -> None:
    verbs = parsed(rendered(provider, dialog))

    tags = {"Say", "Play", "Pause", "Gather", "GetDigits", "Record", "Redirect", "Hangup", "Reject"}
    assert {verb.tag for verb in verbs} <= tags
    for verb in verbs:
        if verb.tag in ("GetDigits", "Record"):
            assert len(verb) <= 1, "it takes one child"


@BOTH
def test_keys_are_asked_for_with_a_way_on_where_none_are_pressed(provider: str) -> None:
    following = Next(step="keys", token="abc")
    dialog = (Ask(speak=COMPILED.prompts.speak("main", "en"), next=following, most_keys=1, seconds=6, ends_with=""),)

    asks, redirect = parsed(rendered(provider, dialog))

    assert asks.get("numDigits") == "1"
    assert redirect.tag == "Redirect" and (redirect.text or "").endswith("/voice/keys/abc")


@BOTH
def test_a_dialog_of_nothing_ends_the_call(provider: str) -> None:
    assert parsed(rendered(provider, ())) == []


@BOTH
def test_a_rejection_is_the_first_verb(provider: str) -> None:
    assert [verb.tag for verb in parsed(rendered(provider, (Reject(),)))] == ["Reject"]


@BOTH
def test_the_recording_of_a_caller_never_goes_to_be_transcribed(provider: str) -> None:
    body = rendered(provider, (Take(speak=(), next=Next(step="recorded", token="a"), most_seconds=9, silence_seconds=3),)).body

    assert "transcribe" not in body.lower()
    assert "speech" not in body.lower()


def test_the_turn_of_every_key_is_rendered_at_both_providers() -> None:
    for state in STATES:
        for keys in ("", *"0123456789*#"):
            turn = advance(Memory(state=state, began=0, language="nd"), Heard(keys=keys, now=1), COMPILED.keypad)
            for provider in BASES:
                parsed(rendered(provider, COMPOSER.compose(turn, MADE, call_id="c1", provider=provider, now=0)))


def _addresses(answer: Answer) -> list[str]:
    verbs = ElementTree.fromstring(answer.body.encode()).iter()  # noqa: S314  # our own words
    found: list[str] = []
    for verb in verbs:
        found += [verb.get(name, "") for name in ("action", "callbackUrl")]
        found += [verb.text or ""] if verb.tag == "Redirect" else []
    return [address for address in found if address]


def _sent_back(provider: str, address: str) -> CallStep:
    """Have a telephone of that provider send a key to an address, and read it as the provider's parser does."""
    kind = {"twilio": TwilioTelephone, "africastalking": AfricasTelephone}[provider]
    phone: Telephone = kind(None)  # type: ignore[arg-type]  # it only says what it would send
    fields = {**phone._fields(), **({"Digits": "1"} if provider == "twilio" else {"dtmfDigits": "1"})}
    request = as_request(method="POST", target=urlsplit(address).path, headers={}, body=b"")
    form = {name: (value,) for name, value in fields.items()}
    (step,) = PROVIDERS[provider].parse(replace(request, form=form))
    assert isinstance(step, CallStep)
    assert step.keys == "1"
    return step
