"""The lists that an operator edits: plain text, one entry or a few a line, `#` for remarks. Read whole, checked whole.

What a line looks like is said at the top of each file. A malformed line is refused with its file, its line, what was
expected and what came; all problems are told at once, and nothing is read by halves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from config.example_lines import EXAMPLE_FILES, LEARNED, Example, Learned, examples, learned
from config.list_lines import LEVELS, TABLES, CategoryEntry, PlaceEntry, categories, lines, places, quote

LANGUAGES = ("sn", "manyika", "ndau", "nd", "en")
SIGNS = (
    "NOW", "SOON", "RECENT", "EARLIER", "LONG_AGO", "BEFORE_YEAR", "PRESENT", "OVER", "NOT", "NOT_NEXT", "AFFIRM", "FALSE",
    "PARTING", "HELP", "CHILD", "YOUNG", "PERSON", "AGE", "TRAPPED", "INSIDE", "DANGER", "FORWARDED", "TEST", "SPAM",
)  # fmt: skip
NAMES = ("MY_NAME", "NAME_BEFORE", "I_AM", "TITLE", "TITLE_PREFIX", "LINK", "NAME", "FAMILIAR", "NO_NAME", "ADDRESS", "DIGITS")
AFFIXES = (
    "VERB",
    "VERB_ENDING",
    "NEGATIVE",
    "TO_COME",
    "NOUN",
    "PASSIVE",
    "ORIGIN",
    "EXCEPT",
    "PLACE_PREFIX",
    "PLACE_ENDING",
    "BEFORE_PLACE",
)
COMMANDS = ("HELP", "STOP", "START", "DELETE", "CALL", "LANGUAGE_SN", "LANGUAGE_NDAU", "LANGUAGE_ND", "LANGUAGE_EN")
REPLIES = ("acknowledgement", "help", "stopped", "deleted", "not_found", "language_set")
ANSWERS = ("where", "when", "how_many", "help", "seen", "received", "looking", "safe", "later")
PROMPTS = (
    *("choose", "honest", "main", "safety", "bye", "not_understood", "press"),
    *("record", "nothing_heard", "spoken", "listen", "sent", "sent_known", "again", "again_or_end", "deleted"),
    *("code", "pin", "pin_wrong", "monitor_refused", "what", "place", "place_unknown", "when", "how_many", "help"),
    *("receipt", "receipt_wrong", "reply", "heard", "no_reply", "answered", "safe_to_talk"),
    *(f"digit_{digit}" for digit in range(10)),
    *(f"group_{key}" for key in range(1, 10)),
)  # and `category_` with the code of each kind of incident
USSD = (
    *("name", "menu", "menu_call", "report", "receipt", "receipt_wrong", "not_found"),
    *("reply_more", "reply_last", "no_reply", "spoken", "add", "added", "kept", "kept_known"),
    *("safety_1", "safety_2", "safety_3", "call", "called", "bye"),
)
CARD = (
    *("title", "call", "language", "monitor", "code", "pin", "what", "where", "not_known"),
    *("when", *(f"when_{key}" for key in range(1, 6)), "how_many", "help", *(f"help_{key}" for key in range(1, 5))),
    *("speak", "always", "keep"),
)
_ENTRY_PART = re.compile(r"<number>|<money>|-?[^\W_]+(?:['\u2019][^\W_]+)*-?")
_GROUP = re.compile(r"[A-Z][A-Z_]{1,19}")
_TOGETHER = re.compile(r"[A-Z_]+(?:\s*\+\s*[A-Z_]+){1,3}(?:\s+-\s+[A-Z_]+){0,3}!?|[A-Z_]+_(?:TO_COME|DENIED)")
_PLACE_CODE = re.compile(r"[1-9]\d{0,2}")
_NUMBER_KEY = re.compile(r"\d{1,6}(?: people)?")


class ListProblem(ValueError):
    """Lists that cannot be used: `problems` holds a line for each fault, as `file:line: what was expected, what came`."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: the key it stands under, the entry as written, its language (of the file's name), its place."""

    key: str
    entry: str = field(repr=False)
    language: str
    list_name: str
    line: int


@dataclass(frozen=True, slots=True)
class Lists:
    """Every list, as plain data."""

    categories: tuple[CategoryEntry, ...] = ()
    category_words: tuple[Entry, ...] = ()
    signs: tuple[Entry, ...] = ()
    numbers: tuple[Entry, ...] = ()
    language_words: tuple[Entry, ...] = ()
    names: tuple[Entry, ...] = field(default=(), repr=False)
    affixes: tuple[Entry, ...] = ()
    groups: tuple[Entry, ...] = ()
    together: tuple[Entry, ...] = ()
    short: tuple[Entry, ...] = ()
    places: tuple[PlaceEntry, ...] = ()
    place_kinds: tuple[Entry, ...] = ()
    commands: tuple[Entry, ...] = ()
    automatic: tuple[Entry, ...] = ()
    replies: tuple[Entry, ...] = ()
    answers: tuple[Entry, ...] = ()
    examples: tuple[Example, ...] = field(default=(), repr=False)
    learned: Learned = field(default_factory=Learned, repr=False)
    prompts: tuple[Entry, ...] = ()
    ussd: tuple[Entry, ...] = ()
    category_keys: tuple[Entry, ...] = ()
    place_codes: tuple[Entry, ...] = ()
    card: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of list: its files are `folder/stem.<language>.txt`, or `folder/stem.txt` where there is no language."""

    name: str
    folder: str
    stem: str
    keys: tuple[str, ...] = ()
    by_language: bool = True
    is_whole: bool = False  # the line is one entry, commas and all


_KINDS = (
    _Kind("category_words", "categories", "words"),
    _Kind("signs", "lexicons", "signs", SIGNS),
    _Kind("numbers", "lexicons", "numbers"),
    _Kind("language_words", "lexicons", "language", ("WORD", "PART")),
    _Kind("names", "lexicons", "names", NAMES),
    _Kind("affixes", "lexicons", "affixes", AFFIXES),
    _Kind("groups", "lexicons", "groups"),
    _Kind("together", "categories", "together", by_language=False),
    _Kind("short", "lexicons", "short"),
    _Kind("place_kinds", "places", "kinds", (*(level.upper() for level in LEVELS), "COMPANY"), by_language=False),
    _Kind("commands", "words", "commands", COMMANDS),
    _Kind("automatic", "words", "automatic", ("PHRASE",)),
    _Kind("replies", "prompts", "replies", REPLIES, is_whole=True),
    _Kind("answers", "prompts", "answers", ANSWERS, is_whole=True),
    _Kind("prompts", "prompts", "voice", PROMPTS, is_whole=True),
    _Kind("ussd", "prompts", "ussd", USSD, is_whole=True),
    _Kind("card", "prompts", "card", CARD, is_whole=True),
    _Kind("category_keys", "categories", "keys", tuple("123456789"), by_language=False),
    _Kind("place_codes", "places", "codes", by_language=False, is_whole=True),
)
_OWN_FOLDERS = ("categories", "lexicons", "places", "words", "examples", "learned")


def read_lists(folder: Path) -> Lists:
    """Read every list under this folder; raises `ListProblem` with all that is wrong."""
    problems: list[str] = []
    kinds_of_incident = tuple(categories(folder, problems))
    known_places = tuple(places(folder, problems))
    codes = tuple(category.code for category in kinds_of_incident)
    entries = {kind.name: tuple(_entries(folder, kind, codes, problems)) for kind in _KINDS}
    told = tuple(examples(folder, codes, problems))
    taught = learned(folder, codes, problems)
    _check_files(folder, problems)
    _check_groups(entries, problems)
    _check_keypad(entries, codes, known_places, problems)
    if problems:
        raise ListProblem(problems)
    return Lists(categories=kinds_of_incident, places=known_places, examples=told, learned=taught, **entries)


def _check_groups(entries: Mapping[str, Sequence[Entry]], problems: list[str]) -> None:
    """Refuse words put together from a group that no list fills."""
    known = {entry.key for entry in entries["groups"]} | set(SIGNS)
    for entry in entries["together"]:
        for group in entry.entry.rstrip("!").replace(" - ", "+").split("+"):
            if group.strip().removesuffix("_TO_COME").removesuffix("_DENIED") not in known:
                problems.append(f"{entry.list_name}:{entry.line}: expected groups of words, came {quote(group.strip())}")


def _check_keypad(
    entries: Mapping[str, Sequence[Entry]], codes: tuple[str, ...], known: Sequence[PlaceEntry], problems: list[str]
) -> None:
    """Refuse a key that means nothing, and two that mean the same: they stand on the cards of field monitors."""
    names = {f"{place.name} {place.level}".casefold() for place in known}
    for kind, expected, allowed in (
        ("category_keys", "each kind of categories.txt once", {code.casefold() for code in codes}),
        ("place_codes", "each place of places.txt once, with its level", names),
    ):
        seen: set[str] = set()
        for entry in entries[kind]:
            said = entry.entry.casefold()
            if said not in allowed or said in seen:
                problems.append(f"{entry.list_name}:{entry.line}: expected {expected}, came {quote(entry.entry)}")
            seen.add(said)
    most = max((len(list(group)) for _, group in groupby(sorted(entry.key for entry in entries["category_keys"]))), default=0)
    if most > 9:
        problems.append("categories/keys.txt:0: expected at most nine kinds of incident under one key, came more")


def _check_files(folder: Path, problems: list[str]) -> None:
    """Refuse a file whose name no list has: a slip of the pen would silently switch a list off."""
    known = {*TABLES, *EXAMPLE_FILES, LEARNED}
    for kind in _KINDS:
        known |= {name for name, _ in _files_of(kind)}
    for room in _OWN_FOLDERS:
        for path in sorted((folder / room).glob("*.txt")):
            name = f"{room}/{path.name}"
            if name not in known:
                problems.append(f"{name}:0: expected the name of a list, came a file that no list has")


def _files_of(kind: _Kind) -> list[tuple[str, str]]:
    """Give the file names that a kind of list may have, with the language of each."""
    if not kind.by_language:
        return [(f"{kind.folder}/{kind.stem}.txt", "")]
    languages = (*LANGUAGES, "operator") if kind.name == "names" else LANGUAGES
    return [(f"{kind.folder}/{kind.stem}.{language}.txt", language) for language in languages]


def _entries(folder: Path, kind: _Kind, codes: tuple[str, ...], problems: list[str]) -> Iterator[Entry]:
    present = [(name, language) for name, language in _files_of(kind) if (folder / name).exists()]
    if not present:
        problems.append(f"{_files_of(kind)[0][0]}:0: expected this list, came no such file")
    for name, language in present:
        seen: dict[tuple[str, str], int] = {}
        for number, line in lines(folder, name, problems):
            key, colon, rest = line.partition(":")
            key = key.strip()
            wanted = _wrong_key(kind, key, codes)
            if not colon or wanted:
                problems.append(f"{name}:{number}: expected '{wanted or 'KEY'}: entry, entry', came {quote(line)}")
                continue
            shown = (lambda text: "one of a name") if kind.name == "names" else quote
            for text in [rest.strip()] if kind.is_whole else [part.strip() for part in rest.split(",")]:
                wrong = _wrong_entry(kind, text)
                said = (key, "" if kind.is_whole else text.casefold())
                earlier = seen.get(said)
                seen[said] = number
                if wrong:
                    problems.append(f"{name}:{number}: expected {wrong}, came {shown(text)}")
                elif earlier is not None:
                    problems.append(f"{name}:{number}: expected each entry once, came {shown(text)} again (line {earlier})")
                else:
                    yield Entry(key, text, language, name, number)


def _wrong_key(kind: _Kind, key: str, codes: tuple[str, ...]) -> str:
    """Say what a key should be, or nothing where it is right."""
    if kind.name == "numbers":
        return "" if _NUMBER_KEY.fullmatch(key) else "a number, or a number and 'people'"
    if kind.name == "groups":
        return "" if _GROUP.fullmatch(key) else "the name of a group in capitals"
    if kind.name == "place_codes":
        return "" if _PLACE_CODE.fullmatch(key) else "a code of one to three digits, not 0"
    if kind.name == "prompts" and key.removeprefix("category_") in codes:
        return ""
    if kind.name == "short":
        return "" if _ENTRY_PART.fullmatch(key) else "a word"
    allowed = codes if kind.name in ("category_words", "together") else kind.keys
    return "" if key in allowed else " or ".join(allowed)


def _wrong_entry(kind: _Kind, text: str) -> str:
    """Say what an entry should be, or nothing where it is right."""
    if not text:
        return "an entry between the commas"
    if kind.is_whole:
        return ""
    if kind.name == "together":
        return "" if _TOGETHER.fullmatch(text) else "groups of words, as in 'MONEY + GATE' or 'WOMAN + FORCE - WORK'"
    parts = text.rstrip("?!").split()
    if not parts or not all(_ENTRY_PART.fullmatch(part) or _is_hyphened(part) for part in parts):
        return "words, with <number> or <money> for such, '-' before or behind a stem, '?' or '!' at the end"
    is_stem = kind.name in ("category_words", "signs", "groups") and parts[0].startswith("-")
    return "a stem of one word and three letters or more" if is_stem and (len(parts) > 1 or len(parts[0].strip("-")) < 3) else ""


def _is_hyphened(part: str) -> bool:
    return all(_ENTRY_PART.fullmatch(word) for word in part.split("-") if word) and not part.startswith(("-", "<"))
