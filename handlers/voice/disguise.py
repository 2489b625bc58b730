"""The disguise: what is said, in the voice of nobody.

Pitch, phase, fine structure, long-term spectrum and the speaker's own ways of moving between sounds are thrown away, not moved.
What is left, fourteen bands 125 times a second, is brought to what all speakers have in common, then to a stranger drawn for this
one rendering, at a tempo that wanders; and sound is made of it anew. It makes a voice hard to recognise, not impossible:
docs/voice.md has the figures.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import numpy as np

from handlers.voice.analysis import analyse
from handlers.voice.mapping import Mapper
from handlers.voice.picture import Picture
from handlers.voice.sound import OpenBlocks, Samples
from handlers.voice.speaker import Listener, Speaker
from handlers.voice.stranger import meet
from handlers.voice.synthesis import Synthesiser
from handlers.voice.terms import Column, Strength, Stretch
from handlers.voice.timing import retime

Entropy = Callable[[], int]


def fresh_entropy() -> int:
    """Ask the operating system for chance; what it gave is kept nowhere."""
    return secrets.randbits(256)


def disguise(
    open_blocks: OpenBlocks, *, strength: Strength = "standard", tone: float = 0.0, entropy: Entropy = fresh_entropy
) -> Disguised:
    """Listen to a recording once, from beginning to end, and get ready to give it in a stranger's voice.

    `open_blocks` is called twice, and must give the same each time: so a long recording takes no more memory than a short one.
    `tone` (0 to 1) keeps so much of the melody, without its pitch. Render once and keep that: the mean of several renderings is
    nearer to the speaker than any of them. `entropy` is for tests alone.
    """
    listener = Listener()
    for track in analyse(open_blocks(), with_voicing=tone > 0.0):
        listener.hear(track)
    return Disguised(open_blocks, listener.speaker(), strength=strength, tone=tone, entropy=entropy)


class Disguised:
    """A recording in a stranger's voice; can be heard once, and knows its waveform, silences and length when it has been."""

    def __init__(self, open_blocks: OpenBlocks, speaker: Speaker, *, strength: Strength, tone: float, entropy: Entropy) -> None:
        self._open_blocks: OpenBlocks | None = open_blocks
        self._speaker = speaker
        self._strength: Strength = strength
        self._tone = tone
        self._entropy = entropy
        self._picture = Picture()

    def blocks(self) -> Iterator[Samples]:
        """Give the sound, some seconds at a time."""
        if self._open_blocks is None:
            raise RuntimeError("A disguise is rendered once.")
        open_blocks, self._open_blocks = self._open_blocks, None
        # Two generators that know nothing of each other: the noise can be heard, and must not tell what the parameters were.
        random, noise = (np.random.default_rng(seed) for seed in np.random.SeedSequence(self._entropy()).spawn(2))
        stranger = meet(random, self._speaker, self._strength)
        mapper = Mapper(random, self._speaker, stranger)
        synthesiser = Synthesiser(random, noise, stranger, strength=self._strength, tone=self._tone)
        frames = self._picture.watch_frames(retime(mapper.map(analyse(open_blocks()))))
        sound = synthesiser.sound(frames)
        yield from self._picture.watch_samples(map(np.zeros_like, sound) if self._speaker.is_silent else sound)

    @property
    def seconds(self) -> float:
        """How long the disguised sound is."""
        return self._picture.seconds

    @property
    def silences(self) -> tuple[Stretch, ...]:
        """Where nobody speaks in it, as (from, to) in seconds."""
        if self._speaker.is_silent:
            return ((0.0, round(self.seconds, 1)),) if self.seconds else ()
        return self._picture.silences

    @property
    def waveform(self) -> tuple[Column, ...]:
        """Its picture: the lowest and highest of each column, -100..100."""
        return self._picture.waveform
