"""The sweep for a voice: find a recording in bytes, by any run of them, or by what it sounds like whatever it was encoded as.

The sound is compared as audio fingerprinting does (signs of the differences of neighbouring bands and moments): an encoding
changes few of these signs (0.21 of them were seen), other words of the same speaker a third and more, a disguise nearly half.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from gateway.providers.simulator.sound import RATE, Samples, to_mp3, to_ogg, to_wav

_RUN = 40  # bytes
_RUNS = 120
_MAGIC = {
    **{b"RIFF": "wav", b"OggS": "ogg", b"fLaC": "flac", b"#!AMR": "amr", b"ftyp": "mov"},
    **dict.fromkeys((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xe3", b"\xff\xf2"), "mp3"),
}
_MOST_TRIES = 40  # places of a file at which a sound might begin
_FRAME, _HOP, _BANDS = 1024, 128, 33
_WINDOW = 56  # moments that are compared: nearly a second
ALIKE = 0.3  # of the signs differ, at most

_Signs = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Canary:
    """A synthesised voice, in every encoding that it goes through."""

    samples: Samples = field(repr=False)

    @cached_property
    def encodings(self) -> dict[str, bytes]:
        """The files that it is made of."""
        return {"wav": to_wav(self.samples), "mp3": to_mp3(self.samples), "ogg": to_ogg(self.samples)}

    @cached_property
    def runs(self) -> dict[str, list[bytes]]:
        """Runs of its bytes, by encoding: telling ones, which no other file holds by chance."""
        found = {name: _runs_of(data) for name, data in self.encodings.items()}
        found["floats"] = _runs_of((self.samples.astype("<f4") / 32768).tobytes())
        return found


def hits(data: bytes, canary: Canary) -> list[str]:
    """Name each way in which these bytes hold the canary's voice."""
    found = []
    for name, runs in canary.runs.items():
        for form, change in _FORMS.items():
            if any(piece in data for run in runs for piece in change(run)):
                found.append(f"bytes of its {name} ({form})")
    return [*found, *(f"sounds like it, at {place}" for place in islice(_sounding(data, canary), 1))]


def hits_in_files(folder: Path, canary: Canary, *, besides: Iterable[Path] = ()) -> list[str]:
    """Name each hit in the files under a folder."""
    left_out = set(besides)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path not in left_out]
    return [f"{path.relative_to(folder)}: {hit}" for path in files for hit in hits(path.read_bytes(), canary)]


def likeness(one: Samples, other: Samples) -> float:
    """Give the share of signs that differ where two sounds are most alike: about 0.5 for two that have nothing in common."""
    wanted, among = _signs(one), _signs(other)
    if len(wanted) < _WINDOW or len(among) < _WINDOW:
        return 1.0
    best = 1.0
    for start in range(0, len(wanted) - _WINDOW + 1, _WINDOW):
        window = wanted[start : start + _WINDOW]
        views = np.lib.stride_tricks.sliding_window_view(among, (_WINDOW, among.shape[1]))[:, 0]
        best = min(best, float((views != window).mean(axis=(1, 2)).min()))
    return best


def _runs_of(data: bytes) -> list[bytes]:
    places = np.linspace(100, len(data) - _RUN - 1, _RUNS).astype(int).tolist() if len(data) > 500 else []
    runs = [data[place : place + _RUN] for place in places]
    return [run for run in runs if len(set(run)) > _RUN // 3]


def _of_base64(run: bytes) -> list[bytes]:
    return [base64.b64encode(b"\0" * shift + run)[4:-4] for shift in range(3)]


_FORMS = {
    "plain": lambda run: [run],
    "reversed": lambda run: [run[::-1]],
    "hex": lambda run: [run.hex().encode()],
    "base64": _of_base64,
}


def _sounding(data: bytes, canary: Canary) -> Iterator[int]:
    """Give the places at which a sound begins that is the canary's."""
    places = sorted((place, form) for magic, form in _MAGIC.items() for place in islice(_all(data, magic), _MOST_TRIES))
    for place, form in places:
        begin = place - 4 if form == "mov" else place
        if likeness(canary.samples, _heard(data[begin:], form)) < ALIKE:
            yield begin


def _heard(data: bytes, form: str) -> Samples:
    """Decode whatever can be decoded, and leave out what cannot, as somebody would who looks for a voice in a damaged file."""
    blocks: list[Samples] = []
    with suppress(Exception), av.open(io.BytesIO(data), "r", format=form, options={"protocol_whitelist": ""}) as file:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        for packet in file.demux(audio=0):
            with suppress(av.FFmpegError):
                for frame in packet.decode():
                    blocks += [part.to_ndarray().reshape(-1).astype(np.int16) for part in resampler.resample(frame)]
    return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.int16)


def _all(data: bytes, magic: bytes) -> Iterator[int]:
    at = data.find(magic)
    while at >= 0:
        yield at
        at = data.find(magic, at + 1)


def _signs(samples: Samples) -> _Signs:
    if len(samples) < _FRAME + 2 * _HOP:
        return np.zeros((0, _BANDS - 1), dtype=np.bool_)
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), _FRAME)[::_HOP] * np.hanning(_FRAME)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    edges = np.geomspace(300, 3400, _BANDS + 1) * _FRAME / RATE
    bands = np.stack([power[:, int(low) : max(int(low) + 1, int(high))].sum(axis=1) for low, high in pairwise(edges)])
    levels = np.log(bands.T + 1.0)
    across = levels[:, 1:] - levels[:, :-1]
    return np.asarray(across[1:] - across[:-1] > 0)
