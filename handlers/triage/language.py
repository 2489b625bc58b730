"""Language: which language a text is in, by word lists and letter groups; mixed and unknown are honest answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from handlers.reports import Evidence, Finding
from handlers.triage.lookups import VARIETIES, Lookups
from handlers.triage.reading import LANGUAGES, Reading, shorten
from handlers.triage.telling import Telling

_KNOWN_WORD, _LETTERS, _SHAPE = 1.0, 0.6, 0.35
_SURE_LETTERS, _LIKELY_LETTERS = 0.95, 0.75
_LEAST = 0.8  # less than one known word: cannot tell
_MIXED_SHARE, _MIXED_WORDS = 0.14, 1.9  # the second language of a mixed text
_SHOWN = 8
_ENOUGH = 2000  # words: more tell nothing new
_LEAST_PART = 2  # words in a row of one language that make a part


def find_language(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Say the language of the text (`sn`, `nd`, `en`, `mixed`, `unknown`), and apart from it a variety (`ndau`, `manyika`)."""
    scores, shown, by_word = _score(reading, lookups)
    varieties = {variety: scores.pop(variety, 0.0) for variety in VARIETIES}
    for variety, score in varieties.items():
        scores[VARIETIES[variety]] = scores.get(VARIETIES[variety], 0.0) + score
    value, weight = _decide(scores)
    label = {"mixed": "Mixed", "unknown": "Cannot tell"}.get(value) or LANGUAGES[value]
    evidence = tuple(item for language in sorted(shown) for item in shown[language][:_SHOWN])
    finding = Finding(
        stage="language", value=value, label=label, weight=weight, evidence=evidence, reasons=_reasons(value, scores, shown)
    )
    return (finding, *_variety(varieties, shown, value), *(_parts(reading, by_word) if value == "mixed" else ()))


def _score(reading: Reading, lookups: Lookups) -> tuple[dict[str, float], dict[str, list[Evidence]], list[str]]:
    """Count each word for the languages whose lists have it; a word of several languages counts for each a little."""
    scores: dict[str, float] = defaultdict(float)
    shown: dict[str, list[Evidence]] = defaultdict(list)
    by_word: list[str] = []
    by_stem = _by_stem(reading)
    places = {at + step for at, found in enumerate(reading.named) if found for step in range(found[1])}
    for index, token in enumerate(reading.tokens[:_ENOUGH]):
        if index in places and (reading.words[index] not in lookups.language_words or index + 1 in places or index - 1 in places):
            by_word.append("")
            continue
        languages, worth = _languages_of(reading, lookups, index, by_stem.get(index, frozenset()))
        for language in languages:
            scores[language] += worth / len(languages) ** 2
            if len(languages) == 1 and worth == _KNOWN_WORD and len(shown[language]) < _SHOWN:
                shown[language].append(reading.span(index, index + 1, list_name=f"language words, {LANGUAGES[language]}"))
        by_word.append(VARIETIES.get(languages[0], languages[0]) if len(languages) == 1 and token.digits is None else "")
    return dict(scores), dict(shown), by_word


def _by_stem(reading: Reading) -> dict[int, frozenset[str]]:
    """Find the languages of the words that hold a listed cue."""
    found: dict[int, set[str]] = defaultdict(set)
    for hit in reading.hits:
        if hit.last - hit.first == 1 and hit.cue.kind != "name" and hit.cue.language in LANGUAGES:
            found[hit.first].add(hit.cue.language)
    return {index: frozenset(languages) for index, languages in found.items()}


def _languages_of(reading: Reading, lookups: Lookups, index: int, by_stem: frozenset[str]) -> tuple[Sequence[str], float]:
    """Say which languages a word speaks for, and how much: a listed word fully, the letters of another in part."""
    word = reading.words[index]
    if listed := lookups.language_words.get(word):
        return listed, _KNOWN_WORD
    if by_stem:
        return sorted(by_stem), _KNOWN_WORD
    if reading.tokens[index].digits is not None or len(word) < 3 or word in lookups.familiar_names or _is_name(reading, index):
        return (), 0.0  # a name is of no language
    language, chance = lookups.letters.guess(word)
    if chance >= _SURE_LETTERS and len(word) > 3:
        return (language,), _LETTERS
    return ((language,), _SHAPE) if chance >= _LIKELY_LETTERS else ((), 0.0)


def _is_name(reading: Reading, index: int) -> bool:
    """Say whether an unlisted word is written as a name: with a capital that opens no sentence."""
    token = reading.tokens[index]
    if not token.capital or not index or reading.tokens[index - 1].sentence != token.sentence:
        return False
    return not reading.telling.text[token.start : token.end].isupper()


def _decide(scores: Mapping[str, float]) -> tuple[str, float]:
    total = sum(scores.values())
    if total < _LEAST:
        return "unknown", 0.0
    first, *others = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    second = others[0][1] if others else 0.0
    if second >= _MIXED_WORDS and second / total >= _MIXED_SHARE:
        return "mixed", round(first[1] / total, 2)
    if second == first[1]:
        return "unknown", 0.0
    return first[0], round(first[1] / total, 2)


def _reasons(value: str, scores: Mapping[str, float], shown: Mapping[str, Sequence[Evidence]]) -> tuple[str, ...]:
    if value == "unknown":
        return ("Too few words are on any language's list, or they speak for two languages alike.",)
    reasons = []
    for language in sorted(scores, key=lambda code: (-scores[code], code)):
        words = ", ".join(f"'{shorten(item.words)}'" for item in shown.get(language, ()))
        if words:
            reasons.append(f"{LANGUAGES[language]} words: {words}.")
    return tuple(reasons) or (f"The letters of its words are {LANGUAGES.get(value, 'of several languages')}.",)


def _variety(varieties: Mapping[str, float], shown: Mapping[str, Sequence[Evidence]], language: str) -> tuple[Finding, ...]:
    """Note the variety, if its own words stand in the text; two varieties in one text are both noted."""
    return tuple(
        Finding(
            stage="variety",
            value=variety,
            label=f"{LANGUAGES[variety]} forms",
            weight=round(min(1.0, score / 3), 2),
            evidence=tuple(shown[variety]),
            reasons=(
                f"Forms of {LANGUAGES[variety]}: " + ", ".join(f"'{shorten(item.words)}'" for item in shown[variety]) + ".",
            ),
        )
        for variety, score in varieties.items()
        if shown.get(variety) and language in (VARIETIES[variety], "mixed")
    )


def _parts(reading: Reading, by_word: Sequence[str]) -> Iterator[Finding]:
    """Part a mixed text into runs of one language; a word that says nothing goes with the one before it."""
    first, language = 0, ""
    spans: dict[str, list[Evidence]] = defaultdict(list)
    for index in range(len(by_word) + 1):
        here = by_word[index] if index < len(by_word) else "end"
        if here in ("", language):
            continue
        if language and index - first >= _LEAST_PART:
            spans[language].append(reading.span(first, index))
        if language or not index or here == "end":
            first = index
        language = here
    for language, evidence in spans.items():
        quoted = ", ".join(f"'{shorten(item.words)}'" for item in evidence[:_SHOWN])
        reasons = (f"These words are {LANGUAGES[language]}: {quoted}.",)
        label = f"Partly {LANGUAGES[language]}"
        yield Finding(
            stage="segment", value=language, label=label, weight=0.8, evidence=tuple(evidence[:_SHOWN]), reasons=reasons
        )
