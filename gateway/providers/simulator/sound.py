"""Sound as a telephone carries it: 8,000 samples a second, one channel, 16 bits. What people bring is turned into that, and the
providers' files are made from it."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

RATE = 8_000
_LONGEST_SECONDS = 1_800
_TAIL_BYTES = 2

Samples = npt.NDArray[np.int16]


class NotSound(ValueError):
    """A file that cannot be made sound of. The text is a sentence for the person who brought it."""


def silence(seconds: float) -> Samples:
    """Give so much silence."""
    return np.zeros(int(seconds * RATE), dtype=np.int16)


def joined(parts: Sequence[Samples], *, most_seconds: float = 0) -> Samples:
    """Give sounds one after the other, cut where they are longer than so much."""
    whole = np.concatenate([silence(0), *parts])
    return whole[: int(most_seconds * RATE)] if most_seconds else whole


def seconds_of(samples: Samples) -> float:
    """Say how long it is."""
    return len(samples) / RATE


def to_wav(samples: Samples) -> bytes:
    """Give a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(_TAIL_BYTES)
        out.setframerate(RATE)
        out.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()


def to_mp3(samples: Samples) -> bytes:
    """Give an MP3 file of 32 kbit/s, as both providers offer them."""
    return _encoded(samples, "mp3", "libmp3lame", 32_000)


def to_ogg(samples: Samples) -> bytes:
    """Give an Ogg file with Opus, as WhatsApp makes them of a voice note."""
    return _encoded(samples, "ogg", "libopus", 16_000)


def _encoded(samples: Samples, form: str, codec: Literal["libmp3lame", "libopus"], bits: int) -> bytes:
    """Encode, without a word about who made it."""
    import av  # it costs 100 ms that a demo of texts never needs

    file = io.BytesIO()
    options = {"fflags": "+bitexact"} | ({"id3v2_version": "0", "write_xing": "0"} if form == "mp3" else {})
    with av.open(file, "w", format=form, options=options) as out:
        stream = out.add_stream(codec, rate=RATE)
        stream.bit_rate, stream.layout = bits, "mono"
        whole = samples if len(samples) else silence(0.02)  # a file of no sound is still a file
        frame = av.AudioFrame.from_ndarray(whole.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=RATE, frame_size=stream.frame_size or 0)
        for part in (*resampler.resample(frame), *resampler.resample(None), None):
            for packet in stream.encode(part):
                out.mux(packet)
    return file.getvalue()


def read(data: bytes) -> Samples:
    """Turn a sound file of any usual kind into what a telephone carries; raise `NotSound`."""
    plain = _read_wav(data)
    if plain is not None:
        return plain
    try:
        blocks = list(_decoded(data))
    except NotSound:
        raise
    except Exception:  # of some thirty kinds; whatever it is, there is no sound in this file
        raise NotSound("this is no sound file that can be played here") from None
    if not blocks:
        raise NotSound("there is no sound in this file")
    return np.concatenate(blocks)


def _read_wav(data: bytes) -> Samples | None:
    """Read a WAV file that is telephone sound already, so that what is spoken by tests arrives bit by bit."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
                return None
            return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.int16)
    except (wave.Error, EOFError, ValueError):
        return None


def _decoded(data: bytes) -> Iterator[Samples]:
    """Decode and resample, and stop at a length that no call has. Only the person at this machine brings files here."""
    import av

    left = _LONGEST_SECONDS * RATE
    with av.open(io.BytesIO(data), "r", options={"protocol_whitelist": ""}) as file:
        if not file.streams.audio:
            raise NotSound("there is no sound in this file")
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        frames: Iterator[av.AudioFrame | None] = iter([*file.decode(audio=0), None])
        for frame in frames:
            for part in resampler.resample(frame):
                samples = part.to_ndarray().reshape(-1)[:left].astype(np.int16)
                left -= len(samples)
                if len(samples):
                    yield samples
            if left <= 0:
                return
