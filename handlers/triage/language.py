"""Language: which language a text is in, by word lists and letter groups; mixed and unknown are honest answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from handlers.reports import Evidence, Finding
from handlers.triage.lookups import VARIETIES, Lookups
from handlers.triage.reading import LANGUAGES, Reading, shorten
from handlers.triage.telling import Telling

_KNOWN_WORD, _CUE_WORD, _LETTERS = 1.0, 1.0, 0.4
_LEAST = 0.8  # less than one known word: cannot tell
_MIXED_SHARE, _MIXED_WORDS = 0.25, 2  # the second language of a mixed text
_SHOWN = 8
_ENOUGH = 2000  # words: more tell nothing new


def find_language(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Say the language of the text (`sn`, `nd`, `en`, `mixed`, `unknown`), and apart from it a variety (`ndau`, `manyika`)."""
    scores, shown = _score(reading, lookups)
    varieties = {variety: scores.pop(variety, 0.0) for variety in VARIETIES}
    for variety, score in varieties.items():
        scores[VARIETIES[variety]] = scores.get(VARIETIES[variety], 0.0) + score
    value, weight = _decide(scores)
    label = {"mixed": "Mixed", "unknown": "Cannot tell"}.get(value) or LANGUAGES[value]
    evidence = tuple(item for language in sorted(shown) for item in shown[language][:_SHOWN])
    finding = Finding(
        stage="language", value=value, label=label, weight=weight, evidence=evidence, reasons=_reasons(value, scores, shown)
    )
    return (finding, *_variety(varieties, shown, value))


def _score(reading: Reading, lookups: Lookups) -> tuple[dict[str, float], dict[str, list[Evidence]]]:
    """Count each word for the languages whose lists have it; a word of several languages counts for each a little."""
    scores: dict[str, float] = defaultdict(float)
    shown: dict[str, list[Evidence]] = defaultdict(list)
    by_cue: dict[int, set[str]] = defaultdict(set)
    for hit in reading.hits:
        if hit.last - hit.first == 1 and hit.cue.kind != "name" and hit.cue.language in LANGUAGES:
            by_cue[hit.first].add(hit.cue.language)
    for index, token in enumerate(reading.tokens[:_ENOUGH]):
        listed = lookups.language_words.get(token.folded)
        languages: Sequence[str] = listed or sorted(by_cue.get(index, ()))
        worth = _KNOWN_WORD if listed else _CUE_WORD
        if not languages and token.digits is None and len(token.folded) > 2:
            languages, worth = _by_letters(token.folded, lookups), _LETTERS
        for language in languages:
            scores[language] += worth / len(languages) ** 2
            if len(languages) == 1 and worth == _KNOWN_WORD and len(shown[language]) < _SHOWN:
                shown[language].append(reading.span(index, index + 1, list_name=f"language words, {LANGUAGES[language]}"))
    return dict(scores), dict(shown)


def _by_letters(word: str, lookups: Lookups) -> list[str]:
    counts = {language: len(pattern.findall(word)) for language, pattern in lookups.language_parts.items()}
    best = max(counts.values(), default=0)
    return [language for language, count in counts.items() if count == best] if best else []


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
