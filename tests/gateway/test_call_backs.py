"""Call backs over the real web views, at both providers: flashes come in, one call goes out, and a voicemail learns nothing."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from config.settings import load_settings
from gateway.call_backs import addresses_of, rules_of, voice_lines
from handlers.commands import format_receipt
from handlers.outgoing import OutgoingCall, Repeat
from handlers.records import CallState, Direction, WorkKind
from handlers.voice.calling import CallBacks
from handlers.voice.ringing import Cap, Rules, VoiceLine
from handlers.voice.ussd_desk import UssdDesk
from handlers.work.calling_back import CallingBack
from handlers.work.workbench import Workbench
from tests.captured.loading import PUBLIC_URL
from tests.exchange import COMPILED, Exchange
from tests.handlers.voice.telephone import FakeTelephony
from tests.telephones import AFRICAS_LINE, TWILIO_LINE, Telephone

if TYPE_CHECKING:
    from tests.conftest import Rooms

BOTH = pytest.mark.parametrize("provider", ["twilio", "africastalking"])
NUMBER = "+263770000011"
LINES = (VoiceLine("twilio", TWILIO_LINE), VoiceLine("africastalking", AFRICAS_LINE))
NINE = 1_763_881_200.0  # in the morning, in Harare


class Ringing:
    """A line that is dialled, and that rings back."""

    def __init__(self, rooms: Rooms, folder: Path) -> None:
        rooms.clock.now = NINE
        rules = Rules(lines=LINES)
        call_backs = CallBacks(keyring=rooms.keyring, rules=rules, clock=rooms.clock)
        more: Any = {"call_backs": call_backs}
        self.exchange, self.rooms = Exchange(rooms, folder, **more), rooms
        self.telephony = FakeTelephony(named=self._named)
        doer = CallingBack(
            writing=rooms.writing,
            keyring=rooms.keyring,
            tag_key=rooms.boot.derive("delivery tag"),
            rules=rules,
            telephonies={line.provider: lambda: self.telephony for line in LINES},
            take_in=self.exchange.intake.take_in,
            addresses=lambda provider: (f"{PUBLIC_URL}/webhooks/{provider}/voice/answered", f"{PUBLIC_URL}/webhooks/x/call"),
            clock=rooms.clock,
        )
        self.bench = Workbench(writing=rooms.writing, clock=rooms.clock, doers={WorkKind.CALL_BACK: doer})

    def flash(self, provider: str, name: str) -> None:
        """Ring, and hang up before anything was heard to its end."""
        self.exchange.telephone(provider, name, number=NUMBER).dial().hang_up(seconds=2)

    def ours(self) -> list[Any]:
        """Give the calls of ours."""
        return [call for call in self.exchange.calls() if call.direction is Direction.OUT]

    def _named(self, count: int, call: OutgoingCall) -> str:
        fields = self.phone("twilio" if call.sender == TWILIO_LINE else "africastalking", count)._fields()
        return fields.get("CallSid") or fields["sessionId"]

    def phone(self, provider: str, count: int = 1) -> Any:
        """Give the telephone that a call of ours reaches."""
        phone = self.exchange.telephone(provider, f"ours {count}", number=NUMBER)
        phone.is_ours = True
        return phone

    def ring(self) -> None:
        """Let the first call's time come, and place it."""
        with self.rooms.reading() as unit:
            (work, *_) = sorted(unit.work.all(kind=WorkKind.CALL_BACK), key=lambda known: known.due_at)
        self.rooms.clock.now = max(self.rooms.clock.now, float(work.due_at))
        self.bench.do(work.id)

    def answer(self, provider: str) -> Telephone:
        """Have somebody pick up, and the provider ask what to say."""
        answered: Telephone = self.phone(provider).dial()
        return answered

    def waits(self) -> int:
        """Count the calls back that are to be done: each holds a number."""
        return len(self.exchange.work(WorkKind.CALL_BACK))


@pytest.fixture
def ringing(rooms: Rooms, tmp_path: Path) -> Ringing:
    return Ringing(rooms, tmp_path)


def test_five_flashes_from_one_phone_at_both_providers_at_once_make_one_call_back(ringing: Ringing) -> None:
    ringing.flash("twilio", "first")
    start = threading.Barrier(4)

    def flash(provider: str, name: str) -> None:
        start.wait(10)
        ringing.flash(provider, name)

    ways = [("twilio", "b"), ("africastalking", "c"), ("twilio", "d"), ("africastalking", "e")]
    threads = [threading.Thread(target=flash, args=way) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    came = [call for call in ringing.exchange.calls() if call.direction is Direction.IN]
    assert [call.state for call in came] == [CallState.MISSED] * 5
    assert [call.state for call in ringing.ours()] == [CallState.PLANNED]
    assert ringing.waits() == 1
    ringing.ring()
    assert len(ringing.telephony.rung) == 1


@BOTH
def test_who_answers_hears_nothing_that_betrays_and_then_the_menu(ringing: Ringing, provider: str) -> None:
    ringing.flash(provider, "flash")
    ringing.ring()

    phone = ringing.answer(provider)

    assert "1" in phone.words
    for word in ("report", "happened", "telephone company", "monitor", "line", "chiManyika"):
        assert word not in phone.words
    phone.press("1")
    assert "English, press 3" in phone.words
    phone.press("3").press("1").speak().press("1")
    phone.hang_up(seconds=95)

    (call,) = ringing.ours()
    assert (call.state, call.minutes) == (CallState.ENDED, 2)
    assert len(ringing.exchange.recordings()) == 1
    assert ringing.waits() == 0


@BOTH
@pytest.mark.parametrize("pressed", ["", "5", "9"])
def test_a_voicemail_or_whoever_presses_nothing_hears_no_more(ringing: Ringing, provider: str, pressed: str) -> None:
    ringing.flash(provider, "flash")
    ringing.ring()
    phone = ringing.answer(provider)

    for _ in range(6):
        if not phone.is_over and phone.waits_for == "keys":
            phone.press(pressed) if pressed else phone.wait()
            assert "chiManyika" not in phone.words and "happened" not in phone.words

    assert phone.is_over


@BOTH
def test_answered_before_we_could_note_its_name_it_is_known_by_whom_it_rang(ringing: Ringing, provider: str) -> None:
    ringing.flash(provider, "flash")
    phones: list[Telephone] = []
    ringing.telephony.on_call = lambda _: phones.append(ringing.answer(provider))

    ringing.ring()

    (phone,) = phones
    assert phone.waits_for == "keys"
    phone.hang_up(seconds=20)
    (call,) = ringing.ours()
    assert call.state is CallState.ENDED and call.tag is not None
    assert ringing.waits() == 0


@BOTH
def test_who_does_not_answer_is_rung_once_more(ringing: Ringing, provider: str) -> None:
    ringing.telephony.repeat = Repeat.NEVER
    ringing.flash(provider, "flash")
    status = {"twilio": "no-answer", "africastalking": "NotAnswered"}[provider]
    for count in (1, 2):
        ringing.ring()
        phone = ringing.phone(provider, count)
        phone.tell_end(status, seconds=0)
        phone.tell_end(status, seconds=0)

    assert sorted(call.state for call in ringing.ours()) == [CallState.MISSED] * 2
    assert len(ringing.telephony.rung) == 2
    assert ringing.waits() == 0


def test_no_number_is_in_any_address_or_markup(ringing: Ringing) -> None:
    ringing.flash("twilio", "flash")
    ringing.ring()
    phone = ringing.answer("twilio")
    phone.press("1").press("3").press("1")

    (rung,) = ringing.telephony.rung
    for text in (*phone.urls, *phone.markup, rung.answer_address, rung.status_address, repr(rung)):
        assert "70000011" not in text


def test_a_line_that_carries_no_voice_rejects_and_rings_back_from_one_that_does(ringing: Ringing) -> None:
    ringing.exchange.lines = {"twilio": frozenset({TWILIO_LINE}), "africastalking": frozenset()}
    ringing.exchange.__post_init__()

    phone = ringing.exchange.telephone("africastalking", number=NUMBER).dial()

    assert phone.is_rejected
    ringing.ring()
    assert len(ringing.telephony.rung) == 1


USSD = f"/webhooks/africastalking/{'capturedsecret' * 2}/ussd"


def dialled(ringing: Ringing, inputs: str, session: str = "ATUid_" + "d" * 32, door: str = "") -> str:
    fields = {"sessionId": session, "serviceCode": "*384*11469#", "phoneNumber": NUMBER, "networkCode": "64804", "text": inputs}
    answer = ringing.exchange.client.post(USSD + door, data=fields, environ_overrides={"RAW_URI": USSD + door})
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    return str(answer.get_data(as_text=True))


@pytest.fixture
def with_ussd(ringing: Ringing) -> Ringing:
    rooms = ringing.rooms
    ringing.exchange.intake._ussd = UssdDesk(
        keyring=rooms.keyring,
        receipt_key=rooms.boot.derive("receipt tag"),
        texts=COMPILED.ussd,
        clock=rooms.clock,
        language="sn",
        offers_calls=True,
    )
    return ringing


def test_a_ussd_session_reports_over_the_web_view(with_ussd: Ringing) -> None:
    assert dialled(with_ussd, "") == "CON " + COMPILED.ussd.languages()
    last = dialled(with_ussd, "3*1*Masoja arova * vanhu")

    assert last.startswith("END ")
    assert dialled(with_ussd, "3*1*Masoja arova * vanhu") == last
    receipt = "".join(letter for letter in last if letter.isdigit())
    assert format_receipt(receipt) in last
    (message,) = with_ussd.exchange.messages()
    assert with_ussd.exchange.known(message)["text"] == "Masoja arova * vanhu"


def test_what_tells_of_the_end_of_a_session_is_not_kept(with_ussd: Ringing, caplog: pytest.LogCaptureFixture) -> None:
    assert dialled(with_ussd, "3*1*Masoja", door="/events") == ""

    assert with_ussd.exchange.messages() == []
    assert "Masoja" not in caplog.text


def test_while_the_database_is_away_what_was_typed_waits_sealed(with_ussd: Ringing, monkeypatch: pytest.MonkeyPatch) -> None:
    intake = with_ussd.exchange.intake
    desk = intake._ussd

    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(intake, "_transact", fail)
    assert dialled(with_ussd, "3*1*Masoja").startswith("END ")
    monkeypatch.undo()
    intake._ussd = desk

    assert b"Masoja" not in b"".join(path.read_bytes() for path in with_ussd.exchange.folder.rglob("*.event"))
    assert with_ussd.exchange.spool.drain(intake.take_in) == 1
    assert [with_ussd.exchange.known(message)["text"] for message in with_ussd.exchange.messages()] == ["Masoja"]


def test_the_settings_say_from_which_lines_and_when() -> None:
    settings = load_settings(
        {
            "IZWI_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "IZWI_TWILIO_AUTH_TOKEN": "token",
            "IZWI_PUBLIC_URL": "https://line.example.org",
            "IZWI_LINES": "handset:1=voice,africastalking:33000=voice,twilio:+12065550100=text+voice,twilio:+12065550101=text",
            "IZWI_CALL_BACK_DELAY_MINUTES": "1 - 2",
            "IZWI_CALL_BACK_QUIET_HOURS": "18:30-8:00",
            "IZWI_CALL_BACK_PER_DAY": "7/70",
        }
    )

    rules = rules_of(settings)

    assert voice_lines(settings) == (VoiceLine("twilio", "+12065550100"),)  # the others' providers are not set up, or cannot ring
    assert (rules.delay_minutes, rules.quiet, rules.per_day) == ((1, 2), (18 * 60 + 30, 8 * 60), Cap(7, 70))
    assert addresses_of(settings)("twilio") == (
        "https://line.example.org/webhooks/twilio/voice/answered",
        "https://line.example.org/webhooks/twilio/call",
    )
    assert rules_of(settings.model_copy(update={"call_back": False})).lines == ()
