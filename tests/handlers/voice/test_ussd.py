"""USSD: what is typed is kept once, whatever the network repeats; no screen is longer than a telephone shows."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lists import Entry
from handlers.commands import LANGUAGES, format_receipt, new_receipt, read_receipt
from handlers.errors import ListError
from handlers.events import UssdEnded, UssdStep
from handlers.intake import Intake, alone
from handlers.protection.sealing import Place, open_json, seal_json
from handlers.records import Direction, MessageKind, Purpose, Waiting, WorkKind
from handlers.replies import septets
from handlers.voice.speech import Screen
from handlers.voice.ussd import read_session
from handlers.voice.ussd_desk import UssdDesk
from handlers.voice.ussd_texts import KEYS, LONGEST, UssdTexts, build_ussd_texts, gsm
from tests.fakes import Killed, killed_before_commit
from tests.handlers.voice.telephone import Telephone
from tests.handlers.work.line import LISTS, NUMBER, OTHER_NUMBER, WORDS, Line

if TYPE_CHECKING:
    from tests.conftest import Rooms

TEXTS = build_ussd_texts(LISTS.ussd)
TOLD = "Masoja arova vanhu * kuChiadzwa"
INPUTS = st.lists(
    st.one_of(st.sampled_from(["0", "1", "2", "3", "4", "9", "", "482 155 3907", "abc", TOLD]), st.text(max_size=30)), max_size=8
).map("*".join)


class Dial:
    """Somebody who dials the line's code."""

    def __init__(self, line: Line, intake: Intake, *, sender: str = NUMBER) -> None:
        self.line, self.intake, self.sender = line, intake, sender
        self.session = "ATUid_" + secrets.token_hex(16)

    def __call__(self, inputs: str) -> Screen:
        step = UssdStep(
            provider="africastalking", provider_id=self.session, line="*384*11469#", sender=self.sender, inputs=inputs
        )
        (screen,) = self.intake.converse(step)
        assert isinstance(screen, Screen)
        assert (septets(screen.text) or 999) <= LONGEST
        return screen


def intake_of(line: Line, **changed: Any) -> Intake:
    rooms = line.rooms
    desk = UssdDesk(
        keyring=rooms.keyring,
        receipt_key=rooms.boot.derive("receipt tag"),
        texts=TEXTS,
        clock=rooms.clock,
        language="sn",
        offers_calls=True,
    )
    shared = {"writing": rooms.writing, "keyring": rooms.keyring, "boot": rooms.boot, "words": WORDS, "clock": rooms.clock}
    return Intake(**{**shared, "join_hours": 72, "ussd": replace(desk, **changed)})


def dialled(line: Line, **more: Any) -> Dial:
    return Dial(line, intake_of(line), **more)


def receipt_on(screen: Screen) -> str:
    return "".join(letter for letter in screen.text if letter.isdigit())


def wait_for(line: Line, text: str | None) -> None:
    """Have a reply wait for the holder of the one report's receipt."""
    period, row, report = line.rooms.keyring.current(Purpose.CONTACT), secrets.token_hex(12), line.report()
    content = {"text": text, "language": "en"} if text else {"recording": "key"}
    with line.rooms.writing() as unit:
        (message, *_) = unit.messages.all(report_id=report.id)
        unit.waiting.add(
            Waiting(
                id=row,
                report_id=report.id,
                message_id=message.id,
                hour=int(line.rooms.clock() // 3600),
                period=period.id,
                content=seal_json(period.key, content, Place("waiting", "content", row, period.id)),
            )
        )
        unit.commit()


def test_a_report_is_kept_and_its_receipt_is_on_the_last_screen(each_line: Line) -> None:
    line, dial = each_line, dialled(each_line)

    assert dial("").text.splitlines() == ["1 ChiShona", "2 ChiNdau", "3 English", "4 isiNdebele"]
    assert dial("3").goes_on
    assert dial("3*1").goes_on
    last = dial(f"3*1*{TOLD}")

    assert not last.goes_on
    receipt = receipt_on(last)
    assert read_receipt(receipt) is not None and format_receipt(receipt) in last.text
    (message,) = line.messages()
    content = line.opened(message)
    assert (content["text"], content["channel"], message.kind) == (TOLD, "ussd", MessageKind.TEXT)
    line.do(WorkKind.TRIAGE)
    assert line.work(WorkKind.SEND) == []  # no text goes to a telephone that chose a way that leaves none

    line.receive(f"{receipt} vakauya zvakare", sender=OTHER_NUMBER)
    assert line.report().receipt_tag is not None


def test_screens_that_the_network_asks_for_again_are_the_same_and_keep_nothing_twice(each_line: Line) -> None:
    line, dial = each_line, dialled(each_line)
    steps = ["", "1", "1*1", f"1*1*{TOLD}"]

    first = [dial(step) for step in steps]
    again = [dial(step) for step in (*steps, *reversed(steps))]

    assert again == first + first[::-1]
    assert len(line.messages()) == 1


def test_a_session_that_breaks_off_keeps_what_was_typed(line: Line) -> None:
    """The last screen never came: its text is there, and the next session joins it."""
    dialled(line)(f"1*1*{TOLD}")

    later = dialled(line)("1*1*Vakauya zvakare")

    assert later.text == TEXTS.text("kept_known", "sn")
    assert len(line.messages()) == 2
    assert line.report().receipt_tag is not None


@pytest.mark.parametrize("inputs", [TOLD, f"3*{TOLD}", f"3*2*{TOLD}", f"3*3*1*{TOLD}", f"3*4*{TOLD}", f"9*9*3*7*{TOLD}"])
def test_words_typed_where_a_key_was_asked_for_are_kept_too(line: Line, inputs: str) -> None:
    screen = dialled(line)(inputs)

    assert not screen.goes_on
    assert [line.opened(message)["text"] for message in line.messages()] == [TOLD]


@pytest.mark.parametrize("words", ["stop", "help", "delete", "call me", "english", "STOP."])
def test_no_word_in_a_report_is_a_command(line: Line, words: str) -> None:
    dialled(line)(f"3*1*{words}")

    (message,) = line.messages()
    assert (message.kind, line.opened(message)["text"]) == (MessageKind.TEXT, words)
    assert not line.source().stopped


def test_an_answer_is_read_by_receipt_and_then_counts_as_heard(each_line: Line) -> None:
    line, reply = each_line, "Tiri kuuya mangwana. " * 20
    receipt = receipt_on(dialled(line)(f"1*1*{TOLD}"))
    wait_for(line, reply)
    dial, inputs = dialled(line, sender=OTHER_NUMBER), f"3*2*{receipt}"
    pages: list[Screen] = []

    while len(pages) < 2 or pages[-1].text != pages[-2].text:
        pages.append(dial(inputs))
        inputs += "*1"

    shown = " ".join(page.text.rsplit("\n", 1)[0] for page in pages[:-1])
    assert " ".join(shown.split()) == reply.strip()
    assert len(pages) > 3 and all(page.goes_on for page in pages)
    with line.rooms.reading() as unit:
        (waiting,) = unit.waiting.all()
    assert waiting.heard_hour is not None


def test_a_long_answer_counts_as_heard_at_its_end_alone(line: Line) -> None:
    receipt = receipt_on(dialled(line)(f"1*1*{TOLD}"))
    wait_for(line, "Tiri kuuya mangwana. " * 20)

    dialled(line)(f"3*2*{receipt}")

    with line.rooms.reading() as unit:
        assert unit.waiting.all()[0].heard_hour is None


def test_a_spoken_answer_is_said_to_wait(line: Line) -> None:
    receipt = receipt_on(dialled(line)(f"1*1*{TOLD}"))
    wait_for(line, None)

    assert TEXTS.text("spoken", "en") in dialled(line)(f"3*2*{receipt}").text
    with line.rooms.reading() as unit:
        assert unit.waiting.all()[0].heard_hour is None  # it was told of, not heard: a call must still play it


@pytest.mark.parametrize("write", [format_receipt, str, lambda receipt: receipt.replace("", " ").strip()])
def test_who_gives_a_receipt_can_add_from_any_telephone(line: Line, write: Callable[[str], str]) -> None:
    receipt = receipt_on(dialled(line)(f"1*1*{TOLD}"))
    report = line.report().id
    dial = dialled(line, sender=OTHER_NUMBER)

    assert dial(f"3*2*{write(receipt)}").text == TEXTS.text("no_reply", "en")
    assert dial(f"3*2*{write(receipt)}*2").text == TEXTS.text("add", "en")
    for _ in range(2):
        assert dial(f"3*2*{write(receipt)}*2*Vakauya*zvakare").text == TEXTS.text("added", "en")

    added = [line.opened(message)["text"] for message in line.messages() if message.report_id == report]
    assert sorted(added) == [TOLD, "Vakauya*zvakare"]


def test_a_receipt_typed_before_a_report_says_where_it_belongs(line: Line) -> None:
    receipt = receipt_on(dialled(line)(f"1*1*{TOLD}"))

    screen = dialled(line, sender=OTHER_NUMBER)(f"3*1*{receipt} Vakauya")

    assert line.report().id and len(line.messages()) == 2
    assert screen.text == TEXTS.text("kept_known", "en")


def test_a_wrong_receipt_is_asked_for_again_and_one_that_nobody_has_is_not_found(line: Line) -> None:
    dial, nobodys = dialled(line), new_receipt(secrets.token_bytes)
    wrong = nobodys[:-1] + str((int(nobodys[-1]) + 1) % 10)

    assert dial(f"3*2*{wrong}").text == TEXTS.text("receipt_wrong", "en")
    assert dial(f"3*2*{wrong}*0").text == TEXTS.text("menu_call", "en")
    last = dial(f"3*2*{wrong}*{nobodys}")

    assert (last.text, last.goes_on) == (TEXTS.text("not_found", "en"), False)
    assert len(line.messages()) == 1  # the guess is kept, as by text, and counted


def test_who_guesses_receipts_is_shut_out_for_the_hour(line: Line) -> None:
    receipt = receipt_on(dialled(line)(f"1*1*{TOLD}"))
    for _ in range(5):
        dialled(line, sender=OTHER_NUMBER)(f"3*2*{new_receipt(secrets.token_bytes)}")

    assert dialled(line, sender=OTHER_NUMBER)(f"3*2*{receipt}").text == TEXTS.text("not_found", "en")
    assert dialled(line, sender=OTHER_NUMBER)(f"3*2*{receipt}*2*Vakauya").text != TEXTS.text("added", "en")
    assert dialled(line)(f"3*2*{receipt}").text == TEXTS.text("no_reply", "en")


def test_four_asks_for_a_call_once(sqlite_rooms: Rooms) -> None:
    telephone = Telephone(Line(sqlite_rooms))
    line = telephone.line
    dial = dialled(line)

    assert dial("3*4").goes_on
    assert dial("3*4*0").text == TEXTS.text("menu_call", "en")
    for _ in range(3):
        assert dial("3*4*1").text == TEXTS.text("called", "en")
    line.do(WorkKind.ANSWER)

    ring = telephone.ring()
    assert ring is not None and ring.number == NUMBER
    assert len(telephone.calls()) == 1
    assert line.messages(Direction.OUT) == []


def test_where_no_line_can_ring_no_call_is_offered(line: Line) -> None:
    dial = Dial(line, intake_of(line, offers_calls=False))

    assert dial("3").text == TEXTS.text("menu", "en")
    assert dial("3*4").text == TEXTS.text("menu", "en")
    assert line.messages() == []


def test_safety_words_are_read_to_their_end_and_lead_back(line: Line) -> None:
    dial = dialled(line)

    shown = [dial(inputs).text for inputs in ("3*3", "3*3*1", "3*3*1*1", "3*3*1*1*1", "3*3*1*0")]

    safety = [TEXTS.text(f"safety_{page}", "en") for page in (1, 2, 3)]
    assert shown == [*safety, safety[2], TEXTS.text("menu_call", "en")]


def test_a_withheld_number_can_report_and_gets_a_receipt(line: Line) -> None:
    dial = dialled(line, sender="anonymous")

    first, again = dial(f"1*1*{TOLD}"), dial(f"1*1*{TOLD}")

    assert first == again
    assert read_receipt(receipt_on(first)) is not None


def test_a_reply_to_who_used_ussd_goes_by_text_from_the_line_of_texts(line: Line) -> None:
    dialled(line)(f"1*1*{TOLD}")

    source = line.source()
    with line.rooms.reading() as unit:
        key = line.rooms.keyring.key_in(unit, source.contact_period)
    contact = open_json(key, source.contact, Place("sources", "contact", source.id, source.contact_period))
    assert (contact["channel"], contact["line"], contact["number"]) == ("sms", "", NUMBER)


def test_killed_before_its_commit_a_session_asked_again_is_kept_once(line: Line) -> None:
    doomed = intake_of(line)
    doomed._transact = alone(killed_before_commit(line.rooms.writing))
    dial = Dial(line, doomed)
    with pytest.raises(Killed):
        dial(f"1*1*{TOLD}")
    assert line.messages() == []

    dial.intake = intake_of(line)
    dial(f"1*1*{TOLD}")

    assert len(line.messages()) == 1


def test_the_end_of_a_session_keeps_nothing(line: Line) -> None:
    intake_of(line).take_in(UssdEnded(provider="africastalking", state="success"))

    assert line.messages() == []


def test_no_word_of_a_session_shows_in_a_repr() -> None:
    session = read_session(f"1*1*{TOLD}", offers_calls=True)
    step = UssdStep(provider="a", provider_id="id-1", line="*1#", sender=NUMBER, inputs=TOLD)

    assert "Masoja" not in repr((session, step, Screen(text=TOLD, goes_on=True)))
    assert "70000011" not in repr(step) and "id-1" not in repr(step)


@given(inputs=INPUTS, offers=st.booleans())
def test_whatever_is_typed_a_session_stands_somewhere_and_no_text_is_lost(inputs: str, offers: bool) -> None:
    session = read_session(inputs, offers_calls=offers)

    assert session == read_session(inputs, offers_calls=offers)
    if session.place == "told":
        assert session.text and session.text.replace(" ", "") in inputs.replace(" ", "")
    if "Masoja" in inputs and session.place not in ("called", "bye"):
        assert session.place == "told" and "Masoja" in session.text
    if not offers:
        assert session.place not in ("call", "called")


@given(text=st.text(max_size=1500), language=st.sampled_from(LANGUAGES))
def test_every_page_of_a_reply_fits_on_a_screen(text: str, language: str) -> None:
    pages = TEXTS.pages(text, language)

    assert pages
    assert all((septets(page) or 999) <= LONGEST for page in pages)
    shown = "".join(page.rsplit("\n", 1)[0] for page in pages)
    assert shown.replace(" ", "") == gsm(text).replace(" ", "")


def test_letters_that_a_telephone_cannot_show_are_folded() -> None:
    assert gsm("\u201cNdi\u2019ri\u201d \u2026 \u0175 \u20ac\u4e16") == '"Ndi\'ri" ... w \u20ac?'


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_every_screen_of_every_language_fits(language: str, key: str) -> None:
    text = TEXTS.text(key, language, receipt="4821553907")

    assert (septets(text) or 999) <= LONGEST
    assert (key, language) in TEXTS.texts


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("bye", "a" * 183, "at most 182 letters"),
        ("reply_more", "a" * 130, "at most 122 letters"),
        ("bye", "Sala \u4e16", "GSM alphabet"),
        ("kept", "Tatenda.", "{receipt}"),
        ("bye", "{receipt}", "{receipt}"),
    ],
)
def test_a_text_that_is_unfit_for_a_screen_is_named_with_its_line(key: str, text: str, said: str) -> None:
    lines = [entry for entry in LISTS.ussd if (entry.key, entry.language) != (key, "nd")]

    with pytest.raises(ListError, match=f"prompts/ussd.nd.txt:7: .*{said}"):
        build_ussd_texts([*lines, Entry(key, text, "nd", "prompts/ussd.nd.txt", 7)])


def test_a_text_that_is_missing_is_named_and_another_language_falls_back_on_english() -> None:
    with pytest.raises(ListError, match="expected a text for bye"):
        build_ussd_texts([entry for entry in LISTS.ussd if entry.key != "bye"])

    assert UssdTexts({("bye", "en"): "Goodbye."}).text("bye", "nd") == "Goodbye."
