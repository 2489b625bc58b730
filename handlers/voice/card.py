"""The card of a field monitor: which keys mean what, in their language. It names nobody: it may be found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from handlers.commands import Language
from handlers.errors import ListError
from handlers.listed import ListLine
from handlers.voice.menu.keypad import HELP, WHEN, Keypad
from handlers.voice.menu.states import LANGUAGE_KEYS
from handlers.voice.prompts import CATEGORY, ENGLISH, Prompts

_MONITOR_KEY = "2"  # in the main menu
_HASH = "{hash}"  # a `#` begins a remark in the lists

Row = tuple[str, str]  # what is pressed, and what it means


@dataclass(frozen=True, slots=True)
class CardTexts:
    """The texts of the card in every language. Made by `build_card_texts`."""

    texts: Mapping[tuple[str, str], str] = field(repr=False)

    def text(self, key: str, language: str) -> str:
        """Give a text, in English where that language has none."""
        return (self.texts.get((key, language)) or self.texts[key, ENGLISH]).replace(_HASH, "#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Kinds of incident that share a first key."""

    key: str
    label: str
    kinds: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card, ready to be set. `words` are its headings and sentences by key."""

    language: Language
    words: Mapping[str, str]
    steps: tuple[Row, ...]
    groups: tuple[Group, ...]
    places: tuple[Row, ...]
    when: tuple[Row, ...]
    help: tuple[Row, ...]
    safety: tuple[str, ...]


def build_card_texts(lines: Iterable[ListLine]) -> CardTexts:
    """Keep the texts; raises `ListError` that names each text that is missing in English."""
    texts = {(line.key, line.language): line.entry for line in lines}
    lacking = [key for key in _WORDS if (key, ENGLISH) not in texts]
    if lacking:
        raise ListError("\n".join(f"prompts/card.en.txt:0: expected a text for {key}, came none" for key in lacking))
    return CardTexts(texts)


def build_card(language: Language, texts: CardTexts, prompts: Prompts, keypad: Keypad) -> Card:
    """Put a card together from the lists that are in force."""

    def says(key: str) -> str:
        return texts.text(key, language)

    def label(key: str) -> str:
        return prompts.text(key, language).rstrip(": ")

    own_key = next(key for key, spoken in LANGUAGE_KEYS.items() if spoken == language)
    groups = tuple(
        Group(
            key=key,
            label=label(f"group_{key}"),
            kinds=tuple((str(place), label(f"{CATEGORY}{code}")) for place, code in enumerate(codes, 1)),
        )
        for key, codes in keypad.groups.items()
    )
    return Card(
        language=language,
        words={key: says(key) for key in _WORDS},
        steps=((own_key, says("language")), (_MONITOR_KEY, says("monitor")), ("…", says("code")), ("…", says("pin"))),
        groups=groups,
        places=tuple(sorted(((code, name) for code, (_, name) in keypad.places.items()), key=lambda row: row[1].casefold())),
        when=tuple((key, says(f"when_{key}")) for key in WHEN),
        help=tuple((key, says(f"help_{key}")) for key in HELP),
        safety=tuple(sentence for sentence in _sentences(prompts.text("safety", language)) if sentence),
    )


def _sentences(text: str) -> Iterable[str]:
    return (f"{part.strip(' .')}." if part.strip(" .") else "" for part in text.split(". "))


_WORDS = (
    *("title", "call", "language", "monitor", "code", "pin", "what", "where", "not_known", "when", "how_many", "help"),
    *(f"when_{key}" for key in WHEN),
    *(f"help_{key}" for key in HELP),
    *("speak", "always", "keep"),
)
