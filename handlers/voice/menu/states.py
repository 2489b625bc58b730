"""The states of a call, as a table. `moving` reads it; nothing else decides where a call goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from handlers.commands import LANGUAGES, Language

MOST_TRIES = 3


class Asks(Enum):
    """What a state waits for."""

    KEY = "key"  # one key
    NUMBER = "number"  # several keys, ended by #
    SPEECH = "speech"
    NOTHING = "nothing"  # it says what it has to say and goes on
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state. `says` names its prompts (one that begins with @ is made up in the moment), `again` those of a repetition;
    `on` says where a key leads, `back` where the star does, `otherwise` where it goes on once `tries` brought nothing."""

    asks: Asks
    says: tuple[str, ...] = ()
    again: tuple[str, ...] | None = None
    on: Mapping[str, str] = field(default_factory=dict)
    back: str = "main"
    otherwise: str = "speak"
    tries: int = MOST_TRIES
    most_keys: int = 1


LANGUAGE_KEYS: Mapping[str, Language] = {str(place): language for place, language in enumerate(LANGUAGES, 1)}
_MAIN = {"1": "speak", "2": "code", "3": "receipt", "4": "safety"}

STATES: Mapping[str, State] = {
    # A call of ours: nothing is said that would tell a stranger, or a voicemail, what line this is.
    "answered": State(
        asks=Asks.KEY, says=("answered", "safe_to_talk"), on={"1": "languages"}, back="hung_up", otherwise="hung_up", tries=1
    ),
    "languages": State(asks=Asks.KEY, says=("@languages",), on=dict.fromkeys(LANGUAGE_KEYS, "welcome"), back="languages"),
    "welcome": State(asks=Asks.KEY, says=("honest", "main"), again=("main",), on=_MAIN, back="languages"),
    "main": State(asks=Asks.KEY, says=("main",), on=_MAIN, back="languages"),
    "safety": State(asks=Asks.KEY, says=("safety", "main"), on=_MAIN),
    # Leave a report.
    "speak": State(asks=Asks.SPEECH, says=("record",), otherwise="bye"),
    "spoken": State(
        asks=Asks.KEY,
        says=("spoken", "@listen"),
        on={"1": "sent", "2": "speak", "3": "deleted", "4": "listen"},
        back="speak",
        otherwise="sent",  # a phone that sends no keys
    ),
    "listen": State(asks=Asks.NOTHING, says=("@recording",), on={"": "spoken"}),
    "sent": State(asks=Asks.KEY, says=("@sent",), again=("@again",), otherwise="bye", tries=1),
    "deleted": State(asks=Asks.END, says=("deleted",)),
    # A field monitor.
    "code": State(asks=Asks.NUMBER, says=("code",), most_keys=10),
    "pin": State(asks=Asks.NUMBER, says=("pin",), back="code", most_keys=10),
    "group": State(asks=Asks.KEY, says=("what", "@groups")),
    "category": State(asks=Asks.KEY, says=("@categories",), back="group"),
    "place": State(asks=Asks.NUMBER, says=("place",), back="group", otherwise="when", most_keys=3),
    "when": State(asks=Asks.KEY, says=("when",), on=dict.fromkeys("12345", "how_many"), back="place"),
    "how_many": State(asks=Asks.NUMBER, says=("how_many",), back="when", most_keys=3),
    "help": State(asks=Asks.KEY, says=("help",), on=dict.fromkeys("1234", "speak"), back="how_many"),
    # Hear a reply.
    "receipt": State(asks=Asks.NUMBER, says=("receipt",), most_keys=10),
    "reply": State(asks=Asks.NOTHING, says=("reply", "@reply"), on={"": "heard"}),
    "heard": State(asks=Asks.KEY, says=("heard",), on={"1": "reply", "2": "speak"}, otherwise="bye"),
    "no_reply": State(asks=Asks.KEY, says=("no_reply",), on={"2": "speak"}, otherwise="bye"),
    # The end.
    "bye": State(asks=Asks.END, says=("bye",)),
    "hung_up": State(asks=Asks.END),
}
QUESTIONS = ("group", "category", "place", "when", "how_many", "help")  # what a monitor answers, in order
