"""Prompts that speakers recorded: checked, made equally loud, kept, listed with those that are missing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handlers.commands import LANGUAGES
from handlers.desk.office import Unfinished, new_id
from handlers.desk.people import SignedIn
from handlers.errors import Conflict, NotFound, SoundError
from handlers.ports import Clock, OpenUnit, UnitOfWork
from handlers.records import Audit, Prompt
from handlers.voice import terms
from handlers.voice.prompts import Prompts
from handlers.voice.recorded_prompts import prompt_id

Normalise = Callable[[bytes], terms.Prompt]

_FAULTS = {
    "too_short": "It is shorter than a third of a second: nothing can be said in that.",
    "too_long": "It is longer than a minute. Callers pay for each: say it shorter, or in two prompts.",
    "too_quiet": "It is too quiet: made louder, its noise would drown the words. Record it nearer to the mouth.",
    "clipped": "It is too loud and distorted. Record it again, farther from the microphone or with less gain.",
}
_NO_SOUND = {
    "empty": "The file is empty.",
    "not_audio": "This is no sound that can be read here. WAV, MP3, M4A, OGG and FLAC can.",
    "too_large": "The file is too large: 12 MB are the most.",
    "too_long": "It is longer than two minutes. A prompt has a minute at most.",
    "bomb": "The file holds far more than its size can: it is damaged, or made to do harm.",
    "corrupt": "The file is damaged, and cannot be read to its end.",
    "memory": "The file needs more memory than a prompt may.",
    "timeout": "It took too long to read the file. Try again, or save it anew as WAV.",
    "killed": "The program that reads sound was ended from outside. Try again.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPrompt:
    """A recorded prompt without its sound."""

    id: str
    key: str
    language: str
    hour: int
    author_id: str | None
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How far a language is: prompts in all, those recorded, their seconds, and those that have no text of its own."""

    language: str
    whole: int
    recorded: int
    seconds: int
    without_text: tuple[str, ...]


class Prompting:
    """Keeps recorded prompts. `who` may be missing: they are no secret, and the command line keeps them as well."""

    def __init__(
        self,
        *,
        writing: OpenUnit,
        reading: OpenUnit,
        index: Callable[[UnitOfWork], list[RecordedPrompt]],
        normalise: Normalise,
        clock: Clock,
    ) -> None:
        self._writing = writing
        self._reading = reading
        self._read_index = index
        self._normalise = normalise
        self._clock = clock

    def index(self) -> Mapping[tuple[str, str], RecordedPrompt]:
        """Give every recorded prompt by key and language."""
        with self._reading() as unit:
            return {(row.key, row.language): row for row in self._read_index(unit)}

    def tallies(self, prompts: Prompts) -> list[Tally]:
        """Say how far each language is."""
        index, missing = self.index(), prompts.missing()
        return [_tally(language, prompts, index, missing.get(language, ())) for language in LANGUAGES]

    def add(self, who: SignedIn | None, prompts: Prompts, key: str, language: str, data: bytes) -> Prompt:
        """Keep a recording of a prompt in place of the one before. Raise `Unfinished`, with a sentence, for what will not do."""
        if key not in prompts.keys or language not in LANGUAGES:
            raise NotFound("a prompt of that name and language")
        try:
            made = self._normalise(data)
        except SoundError as error:
            raise Unfinished(_NO_SOUND.get(error.reason, _NO_SOUND["corrupt"])) from None
        if made.faults:
            raise Unfinished(" ".join(_FAULTS[fault] for fault in made.faults))
        prompt = Prompt(
            id=prompt_id(key, language, made.wav),
            key=key,
            language=language,
            hour=self._hour(),
            author_id=who.person.id if who else None,
            seconds=max(1, math.ceil(made.seconds)),
            audio=made.wav,
        )
        with self._writing() as unit:
            unit.prompts.remove(key=key, language=language)
            if not unit.prompts.add_new(prompt):
                raise Conflict("Somebody recorded this prompt just now. Listen to it, then repeat what you wanted.")
            self._audit(unit, who, f"recorded a prompt: {key}.{language}", prompt.id)
            unit.commit()
        return prompt

    def remove(self, who: SignedIn | None, key: str, language: str) -> None:
        """Have the provider's voice speak a prompt again; raise `NotFound` where none is recorded."""
        with self._writing() as unit:
            found = unit.prompts.first(key=key, language=language)
            if found is None:
                raise NotFound("a recording of that prompt in that language")
            unit.prompts.remove(id=found.id)
            self._audit(unit, who, f"removed a prompt: {key}.{language}", found.id)
            unit.commit()

    def audio(self, key: str, language: str) -> Prompt:
        """Give a recorded prompt with its sound; raise `NotFound`."""
        with self._reading() as unit:
            found = unit.prompts.first(key=key, language=language)
        if found is None:
            raise NotFound("a recording of that prompt in that language")
        return found

    def _audit(self, unit: UnitOfWork, who: SignedIn | None, action: str, subject_id: str) -> None:
        person_id = who.person.id if who else None
        unit.audits.add(Audit(id=new_id(), hour=self._hour(), person_id=person_id, action=action, subject_id=subject_id))

    def _hour(self) -> int:
        return int(self._clock() // 3600)


def _tally(
    language: str, prompts: Prompts, index: Mapping[tuple[str, str], RecordedPrompt], without_text: tuple[str, ...]
) -> Tally:
    found = [index[key, language] for key in prompts.keys if (key, language) in index]
    return Tally(
        language=language,
        whole=len(prompts.keys),
        recorded=len(found),
        seconds=sum(row.seconds for row in found),
        without_text=without_text,
    )
