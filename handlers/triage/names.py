"""Names: the words that a phrase or a title introduces (my name is, mai, sabhuku), and those on the operator's list."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.triage.cues import Hit
from handlers.triage.lookups import Lookups
from handlers.triage.reading import Reading

_LONGEST = 3  # words of one name
_LONGEST_STAND = 4  # words of the number of a stand
_SHORTEST_SURE = 3  # letters: "I" behind a name is none
_TITLE_PREFIXES = (
    "va",
    "wa",
    "mai",
    "baba",
    "ngu",
    "ngingu",
    "ungu",
    "u",
    "ka",
    "na",
    "lo",
    "sa",
    "ndini",
    "ndi",
)  # vaMoyo, nguThabo
Named = tuple[str, int, int, Hit]


def find_names(reading: Reading, lookups: Lookups) -> Iterator[Named]:
    """Give each name as its kind (`name`, `address`), its first word, the word behind its last, and the cue that shows it."""
    taken: set[int] = set()
    for hit in reading.of_kind("name"):
        value = hit.cue.value
        if value == "NAME":
            yield "name", hit.first, hit.last, hit
        elif value == "ADDRESS":
            last = _number_after(reading, lookups, hit.last)
            if last > hit.last:
                yield "address", hit.first, last, hit
        elif value in ("MY_NAME", "I_AM", "TITLE"):
            first, last = _name_after(reading, lookups, hit)
            if last > first:
                taken |= set(range(first, last))
                yield "name", first, last, hit
        elif value == "NAME_BEFORE":
            first = _name_before(reading, lookups, hit)
            if first < hit.first:
                yield "name", first, hit.first, hit
        elif value == "FAMILIAR":
            if (hit.first not in taken) and _stands_as_name(reading, hit.first):
                yield "name", hit.first, _extend(reading, lookups, hit.first, limit=_LONGEST, is_sure=False), hit
        elif value == "TITLE_PREFIX" and _is_prefixed(reading, lookups, hit):
            last = _extend(reading, lookups, hit.first + 1, limit=_LONGEST - 1, is_sure=False)
            yield "name", hit.first, last, hit


def _number_after(reading: Reading, lookups: Lookups, first: int) -> int:
    """Give where the number of a stand or house ends: 2020A, B 12, 3 3 C, twenty-two B. Letters alone are none."""
    last, has_number = first, False
    while last < min(first + _LONGEST_STAND, len(reading.tokens)):
        token = reading.tokens[last]
        word = reading.telling.text[token.start : token.end]
        is_number = any(letter.isdecimal() for letter in word) or token.folded in lookups.numbers or word in ("double", "triple")
        is_letter = len(word) == 1 and word.isupper() and (last == first or has_number)
        if not (is_number or is_letter) or not _same_clause(reading, max(first - 1, 0), last):
            break
        has_number |= is_number
        last += 1
    return last if has_number else first


def _stands_as_name(reading: Reading, index: int) -> bool:
    """Say whether a name that people bear is written as one here, and not only because it opens a sentence or all is capitals."""
    token = reading.tokens[index]
    if not token.capital or _is_shouted(reading):
        return False
    if index and reading.tokens[index - 1].sentence == token.sentence:
        return True
    after = reading.tokens[index + 1] if index + 1 < len(reading.tokens) else None
    return after is not None and after.capital and after.sentence == token.sentence


def _name_after(reading: Reading, lookups: Lookups, hit: Hit) -> tuple[int, int]:
    """Take the capitalised words after the cue; after "my name is" one word at least, however it is written."""
    first = hit.last
    while first < len(reading.tokens) and _is_link(reading, lookups, first, hit):
        first += 1
    last = _extend(reading, lookups, first, limit=_LONGEST, is_sure=hit.cue.value != "I_AM")
    if last == first and first < len(reading.tokens) and _same_clause(reading, hit.last - 1, first):
        word = reading.tokens[first]
        sure = hit.cue.value == "MY_NAME" and hit.last - hit.first > 1
        lower_text = not reading.telling.text[word.start].isupper() and _writes_no_capitals(reading)
        is_everyday = word.folded in lookups.language_words if sure else lookups.is_common(word.folded)
        if word.digits is None and (word.folded in lookups.familiar_names or (not is_everyday and (sure or lower_text))):
            last = first + 1
    return first, last


def _name_before(reading: Reading, lookups: Lookups, hit: Hit) -> int:
    """Give where the name begins that stands before a cue: *Tino Moyo* is my name. Where nothing is written with capitals, it is
    one word."""
    first = hit.first
    while (
        first > 0
        and hit.first - first < _LONGEST
        and _is_capital(reading, first - 1)
        and _same_clause(reading, first - 1, hit.first)
    ):
        first -= 1
    if first == hit.first and first > 0 and _same_clause(reading, first - 1, first) and _writes_no_capitals(reading):
        word = reading.tokens[first - 1]
        return first - (word.digits is None and word.folded not in lookups.language_words)
    return first


def _is_link(reading: Reading, lookups: Lookups, index: int, hit: Hit) -> bool:
    """Skip the words between "my name" and the name: zita rangu *ndinonzi*."""
    return index < hit.last + 2 and any(
        cue.value == "LINK" and cue.kind == "name" for cue in lookups.table.words.get(reading.tokens[index].folded, ())
    )


def _extend(reading: Reading, lookups: Lookups, first: int, *, limit: int, is_sure: bool) -> int:
    """Follow capitalised words; an everyday word (Moyo is a heart) and a place only behind a cue that is sure."""
    shouted = _is_shouted(reading)
    last = first
    while last < len(reading.tokens) and last - first < (min(limit, 1 + is_sure) if shouted else limit):
        token = reading.tokens[last]
        if not _is_capital(reading, last) or token.digits is not None or not _same_clause(reading, max(first - 1, 0), last):
            break
        if _is_no_name(lookups, token.folded, is_sure=is_sure and not shouted, is_first=last == first):
            break
        if _never(lookups, token.folded):
            break
        if not is_sure and (found := lookups.gazetteer.find((token.folded,))) and found[0].spelling == "exact":
            break
        last += 1
    return last


def _is_no_name(lookups: Lookups, word: str, *, is_sure: bool, is_first: bool) -> bool:
    """Say whether a word is an everyday one; behind a first name (Loveness Gumbo) and after a sure cue it may be a name."""
    if not lookups.is_common(word) or word in lookups.familiar_names:
        return False
    return len(word) < _SHORTEST_SURE or (is_first and not is_sure)


def _is_capital(reading: Reading, index: int) -> bool:
    """Say whether a word is written as a name: Tendai, and behind a prefix nguThabo."""
    token = reading.tokens[index]
    word = reading.telling.text[token.start : token.end]
    if token.capital:
        return True
    return any(word.startswith(prefix) and word[len(prefix) : len(prefix) + 1].isupper() for prefix in _TITLE_PREFIXES)


def _is_prefixed(reading: Reading, lookups: Lookups, hit: Hit) -> bool:
    """Say whether this is a title written onto a name (vaMoyo), and not a people of a place (vaChiadzwa)."""
    token = reading.tokens[hit.first]
    word = reading.telling.text[token.start : token.end]
    rest = word[len(hit.cue.entry.rstrip("-")) :]
    if len(rest) < 3 or not rest[0].isupper() or word.isupper():
        return False
    rest = rest.casefold()
    return lookups.gazetteer.find((rest,)) is None and not lookups.is_common(rest) and not _never(lookups, rest)


def _never(lookups: Lookups, word: str) -> bool:
    """Say whether a word is written as a name is and is none: a day, a month, God."""
    return any(cue.kind == "name" and cue.value == "NO_NAME" for cue in lookups.table.words.get(word, ()))


def _same_clause(reading: Reading, one: int, other: int) -> bool:
    """Say whether two words stand in one sentence; the full stop behind an initial (T. Moyo) ends none."""
    initials = sum(reading.tokens[at].end - reading.tokens[at].start == 1 for at in range(one, other))
    return reading.tokens[other].sentence - reading.tokens[one].sentence <= initials


def _is_shouted(reading: Reading) -> bool:
    return reading.telling.text.isupper()


def _writes_no_capitals(reading: Reading) -> bool:
    return reading.telling.text.islower() or not any(token.capital for token in reading.tokens[1:])
