"""Matching: the words, phrases and stems of the operator's lists, compiled once and found in a text in one pass."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.triage.cues import Cue, Hit, NumberWord
from handlers.triage.spelling import bare, is_bare, loose
from handlers.triage.stems import STEM_KEY, StemTable
from handlers.triage.words import Met, Token, fold, fold_phrase, follows_as_money

NUMBER, MONEY = "<number>", "<money>"
_LONGEST_WORD = 40
_VIRTUAL = re.compile(r"<(number|money)>")

Form = tuple[Cue, bool, bool]  # a cue in the form of one word: whether the form denies itself, and is of what is to come
Phrase = tuple[tuple[str, ...], Cue]


@dataclass(frozen=True, slots=True)
class Affixes:
    """What each language puts before and behind a stem, which forms deny themselves, and which words are no form of a stem."""

    prefixes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    endings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    negative: Mapping[str, Sequence[str]] = field(default_factory=dict)
    to_come: Mapping[str, Sequence[str]] = field(default_factory=dict)
    passive: Mapping[str, Sequence[str]] = field(default_factory=dict)
    never: frozenset[str] = frozenset()


@dataclass(slots=True)
class CueTable:
    """Every cue, by the way it is found. Filled by `build_table`, then only read. Phrases stand under their first two words
    (`pairs`), or under the first where the second is open or there is none: `ndini mai-`, `mombe <number> dzafa`, `<money>`."""

    words: dict[str, list[Cue]] = field(default_factory=lambda: defaultdict(list))
    pairs: dict[tuple[str, str], list[Phrase]] = field(default_factory=lambda: defaultdict(list))
    phrases: dict[str, list[Phrase]] = field(default_factory=lambda: defaultdict(list))
    starts: dict[str, list[Cue]] = field(default_factory=lambda: defaultdict(list))
    start_lengths: tuple[int, ...] = ()
    stems: StemTable = field(default_factory=StemTable)
    loose_stems: StemTable = field(default_factory=StemTable)
    bare_stems: StemTable = field(default_factory=StemTable)
    negative: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    to_come: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    never: frozenset[str] = frozenset()
    met: Mapping[tuple[bool, bool], Met[tuple[Form, ...]]] = field(  # by whether a word is odd, and a name
        default_factory=lambda: {(is_odd, is_name): Met() for is_odd in (False, True) for is_name in (False, True)}, repr=False
    )

    def forms_of(self, word: str, *, is_odd: bool, is_name: bool) -> tuple[Form, ...]:
        """Find the beginnings that a word has and the stems in it; what looks like a stem in the name of a place is none."""
        met = self.met[is_odd, is_name]
        known = met.get(word)
        if known is None:
            sizes = [size for size in self.start_lengths if size <= len(word)]
            starting = [(cue, False, False) for size in sizes for cue in self.starts.get(word[:size], ())]
            stems = [] if is_name else self._stems_of(word, is_odd=is_odd)
            forms = [(cue, _is_form(self.negative, cue, word), _is_form(self.to_come, cue, word)) for cue in stems]
            known = met.keep(word, (*starting, *forms))
        return known

    def beginning(self, word: str, following: str) -> Sequence[Phrase]:
        """Give the phrases that may begin with these two words, the longest first."""
        pairs, phrases = self.pairs.get((word, following), ()), self.phrases.get(word, ())
        return sorted((*pairs, *phrases), key=_longest_first) if pairs and phrases else pairs or phrases

    def _stems_of(self, word: str, *, is_odd: bool) -> list[Cue]:
        """Find the stems in a word; in an odd one also under loose spelling and without vowels."""
        if not STEM_KEY <= len(word) <= _LONGEST_WORD or word in self.never:
            return []
        found = self.stems.find(word)
        if found or not is_odd:
            return found
        return self.loose_stems.find(loose(word)) or (self.bare_stems.find(bare(word)) if is_bare(word) else [])


def build_table(cues: Iterable[Cue], affixes: Affixes) -> CueTable:
    """Compile cues: `kuro` is a word, `kuro mvura` a phrase, `kuro-` a beginning, `-rohw-` a stem, `-rohwa` one so ending."""
    table = CueTable(never=affixes.never)
    for cue in cues:
        _put(table, cue, affixes.passive.get(cue.language, ()))
    table.start_lengths = tuple(sorted({len(start) for start in table.starts}))
    for options in (*table.phrases.values(), *table.pairs.values()):
        options.sort(key=_longest_first)
    for stems, plain in ((table.stems, fold), (table.bare_stems, _consonants)):
        stems.prefixes = {language: _chain([plain(part) for part in parts], 5) for language, parts in affixes.prefixes.items()}
    table.loose_stems.prefixes = {
        language: _chain([kept for part in parts for kept in (loose(fold(part)), _consonants(part))], 5)
        for language, parts in affixes.prefixes.items()
    }
    for stems, plain in ((table.stems, fold), (table.loose_stems, loose)):
        stems.endings = {language: _chain([plain(part) for part in parts], 4) for language, parts in affixes.endings.items()}
    table.bare_stems.endings = {language: re.compile("[^aeiou]{0,4}[aeiou]?") for language in affixes.prefixes}
    table.negative = {language: _forms(shapes) for language, shapes in affixes.negative.items()}
    table.to_come = {language: _forms(shapes) for language, shapes in affixes.to_come.items()}
    return table


def _consonants(part: str) -> str:
    return "".join(letter for letter in fold(part) if letter not in "aeiou")


def _chain(parts: Sequence[str], most: int) -> re.Pattern[str]:
    """Match several parts in a row: who, when, whom (va-ka-mu-); -ir-w-a."""
    options = "|".join(re.escape(part) for part in sorted({*parts} - {""}, key=lambda part: (-len(part), part)))
    return re.compile(f"(?:{options}){{0,{most}}}") if options else re.compile("")


def _forms(shapes: Sequence[str]) -> re.Pattern[str]:
    """Match words shaped so: `ha- -i` begins with ha and ends with i, `-nga` ends so."""
    found = []
    for shape in shapes:
        begin = "|".join(re.escape(fold(part.strip("-"))) for part in shape.split() if part.endswith("-"))
        end = "|".join(re.escape(fold(part.strip("-"))) for part in shape.split() if part.startswith("-"))
        found.append(f"{begin}.+{end}")
    return re.compile("|".join(found) or r"(?!)")


def _stem_forms(stem: str, passive: Sequence[str]) -> list[str]:
    """Give a stem, and the one that it turns into in the passive (bamb: banjw, vimbel: vinjelw)."""
    forms = [stem]
    for change in passive:
        active, _, turned = change.partition(" ")
        found = re.fullmatch(f"(.+){active}(el|is|an)?", stem)
        if found:
            forms.append(f"{found[1]}{turned}{found[2] or ''}w")
            break
    return forms


def _longest_first(phrase: Phrase) -> int:
    return -len(phrase[0])


def _put(table: CueTable, cue: Cue, passive: Sequence[str]) -> None:
    entry = cue.entry.strip()
    words = _phrase(entry)
    if not all(words) or not words:
        return
    if len(words) > 1 or words[0] in (NUMBER, MONEY):
        is_open = len(words) == 1 or words[1][-1] in "->"
        (table.phrases[words[0]] if is_open else table.pairs[words[0], words[1]]).append((words, cue))
    elif entry.startswith("-"):
        is_open = entry.endswith("-")
        for form in _stem_forms(words[0], passive) if is_open else words:
            for stems, stem in ((table.stems, form), (table.loose_stems, loose(form))):
                stems.stems[stem[:STEM_KEY]].append((stem, is_open, cue))
        if is_open and len(stem := _consonants(words[0])) >= STEM_KEY:
            table.bare_stems.stems[stem[:STEM_KEY]].append((stem, is_open, cue))
    elif entry.endswith("-"):
        table.starts[words[0]].append(cue)
    else:
        table.words[words[0]].append(cue)


def _phrase(entry: str) -> tuple[str, ...]:
    """Fold the words of an entry; a later word of a phrase may end in `-` (any ending), `<number>` and `<money>` stay."""
    words: list[str] = []
    for part in entry.split():
        if _VIRTUAL.fullmatch(part):
            words.append(part)
        elif words and part.endswith("-"):
            words.append("".join(fold_phrase(part)) + "-")
        else:
            words.extend(fold_phrase(part))
    return tuple(words)


def find_cues(
    found: Sequence[Token],
    words: Sequence[str],
    table: CueTable,
    numbers: Mapping[str, NumberWord],
    *,
    odd: Container[int],
    names: Container[int],
) -> tuple[Hit, ...]:
    """Find every cue, in order of place. `words` are the words as read, `odd` those that may be a stem in another spelling.

    No stem is looked for in `names`: what looks like one in the name of a place is none.
    """
    hits: list[Hit] = []
    for index, (word, following) in enumerate(zip(words, (*words[1:], ""), strict=False)):
        if cues := table.words.get(word):
            hits.extend([Hit(cue, index, index + 1) for cue in cues])
        is_number = found[index].digits is not None or word in numbers
        for first in (word, *_virtuals(found, words, index, numbers)) if is_number else (word,):
            for phrase, cue in table.beginning(first, following):
                if _phrase_stands(found, words, index, phrase, numbers):
                    hits.append(Hit(cue, index, index + len(phrase)))
        if forms := table.forms_of(word, is_odd=index in odd, is_name=index in names):
            hits.extend([Hit(cue, index, index + 1, (), says_no, to_come) for cue, says_no, to_come in forms])
    return tuple(hits)


def _is_form(forms: Mapping[str, re.Pattern[str]], cue: Cue, word: str) -> bool:
    shape = forms.get(cue.language)
    return shape is not None and shape.fullmatch(word) is not None


def _virtuals(found: Sequence[Token], words: Sequence[str], index: int, numbers: Mapping[str, NumberWord]) -> tuple[str, ...]:
    token = found[index]
    if token.digits is None and words[index] not in numbers:
        return ()
    is_money = token.is_money or (index + 1 < len(found) and follows_as_money(found[index + 1]))
    return (NUMBER, MONEY) if is_money else (NUMBER,)


def _phrase_stands(
    found: Sequence[Token], words: Sequence[str], index: int, phrase: tuple[str, ...], numbers: Mapping[str, NumberWord]
) -> bool:
    if index + len(phrase) > len(found) or found[index].sentence != found[index + len(phrase) - 1].sentence:
        return False
    for offset in range(1, len(phrase)):
        wanted, word = phrase[offset], words[index + offset]
        if wanted == word or (wanted.endswith("-") and word.startswith(wanted[:-1])):
            continue
        if wanted.startswith("<") and wanted in _virtuals(found, words, index + offset, numbers):
            continue
        return False
    return True
