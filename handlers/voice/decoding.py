"""Decoding: sound out of the bytes of strangers, one kind of file forced, and everything bounded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from handlers.errors import SoundError
from handlers.voice.sniffing import sniff
from handlers.voice.sound import RATE, Samples
from handlers.voice.terms import Limits

# What telephones, messengers and recorders write. All else that FFmpeg knows, pictures, playlists and subtitles too, stays shut.
_CODEC_NAMES = (
    "aac alac amrnb amrwb flac g722 gsm gsm_ms libopencore_amrnb libopencore_amrwb libopus mp3 mp3float opus speex vorbis"
    " adpcm_ima_wav pcm_alaw pcm_mulaw pcm_f32be pcm_f32le pcm_f64be pcm_f64le pcm_s16be pcm_s16le pcm_s24be pcm_s24le"
    " pcm_s32be pcm_s32le pcm_s8 pcm_u8"
)
_CODECS = frozenset(_CODEC_NAMES.split())
_CHANNELS = range(1, 9)
_RATES = range(4000, 192_001)  # a WAV that claims 2 GHz is a real one
_FREE_SECONDS = 120  # so much may come out of however little
_USUAL_RATE = 48_000 * 2  # samples a second of the best recorder we expect, in stereo: what a decoder may have to do
_SCALES = {"u1": 2.0**7, "i2": 2.0**15, "i4": 2.0**31, "i8": 2.0**63, "f4": 1.0, "f8": 1.0}

_Raw = NDArray[Any]  # samples as the codec has them, whole numbers or not


def decode(data: bytes, *, limits: Limits) -> Iterator[Samples]:
    """Give the sound in blocks of about a second; raise `SoundError` for what is no sound, or more than the limits allow."""
    return Recording(data, limits).blocks()


@dataclass(slots=True)
class Recording:
    """A file that can be decoded again and again, always alike."""

    data: bytes = field(repr=False)
    limits: Limits
    _channel: int | None = None

    def blocks(self) -> Iterator[Samples]:
        """Decode from the beginning."""
        is_heard = False
        for block in _resampled(self._mono(), self.limits, len(self.data)):
            is_heard = True
            yield block
        if not is_heard:
            raise SoundError("empty")

    def _mono(self) -> Iterator[tuple[int, _Raw]]:
        """Give the louder channel at its own rate. The average of two that are each other's opposite would be silence."""
        for rate, wide in _source(self.data, self.limits):
            if self._channel is None:
                self._channel = self._loudest() if len(wide) > 1 else 0
            yield rate, wide[min(self._channel, len(wide) - 1)]

    def _loudest(self) -> int:
        """Listen through all of it: one channel of a recorded call may hold nothing but our own prompts, softly."""
        power = np.zeros(_CHANNELS.stop)
        for _, wide in _source(self.data, self.limits):
            power[: len(wide)] += np.square(_unit(wide), dtype=np.float64).sum(axis=1)
        return int(power.argmax())


def _source(data: bytes, limits: Limits) -> Iterator[tuple[int, _Raw]]:
    """Give the samples of every channel (channels x samples) as the file has them, with their rate."""
    if not data:
        raise SoundError("empty")
    if len(data) > limits.size:
        raise SoundError("too_large")
    demuxer = sniff(data)
    if demuxer is None:
        raise SoundError("not_audio")
    try:
        with _open(data, demuxer) as container:
            work = 0
            for frame in _frames(container):
                rate, wide = frame.sample_rate, _channels(frame)
                work += wide.size
                if work > limits.seconds * _USUAL_RATE:
                    raise SoundError("bomb")
                yield rate, wide
    except SoundError:
        raise
    except MemoryError:
        raise SoundError("memory") from None
    # For damaged files PyAV raises ValueError, AttributeError and a dozen of its own, whose texts may quote them.
    except Exception:
        raise SoundError("corrupt") from None


def _open(data: bytes, demuxer: str) -> InputContainer:
    """Open it as this kind of file and no other: a guess would open pictures, and playlists of files on this machine."""
    options = {"protocol_whitelist": "", "codec_whitelist": ",".join(sorted(_CODECS))}
    return av.open(BytesIO(data), "r", format=demuxer, container_options=options, metadata_errors="ignore")


def _frames(container: InputContainer) -> Iterator[AudioFrame]:
    """Give the frames of its first sound; leave out packets that are damaged, and end where the file breaks off."""
    if not container.streams.audio:
        raise SoundError("not_audio")
    stream: AudioStream = container.streams.audio[0]
    codec = getattr(stream.codec_context, "codec", None)  # a stream of no known codec has no context, whatever PyAV's types say
    if codec is None or codec.name not in _CODECS:
        raise SoundError("not_audio")
    stream.codec_context.thread_count = 1
    is_sound = is_damaged = False
    with suppress(av.FFmpegError):
        for packet in container.demux(stream):
            try:
                for frame in packet.decode():
                    is_sound = is_sound or frame.samples > 0
                    yield frame
            except av.FFmpegError:
                is_damaged = True
    if is_damaged and not is_sound:
        raise SoundError("corrupt")


def _channels(frame: AudioFrame) -> _Raw:
    """Give one row a channel, however the codec lays them out."""
    channels, rate = frame.layout.nb_channels, frame.sample_rate
    if channels not in _CHANNELS or rate not in _RATES:
        raise SoundError("corrupt")
    raw = frame.to_ndarray()
    return raw if frame.format.is_planar else raw.reshape(-1, channels).T


def _unit(raw: _Raw) -> Samples:
    """Bring samples to -1..1, whatever the codec's numbers are, and were they no numbers."""
    kind = raw.dtype.str[1:]
    made = raw.astype(np.float32) / np.float32(_SCALES[kind])
    if kind == "u1":
        made -= 1.0
    if kind[0] == "f":
        np.nan_to_num(made, copy=False)
    return np.asarray(np.clip(made, -1.0, 1.0))


def _resampled(mono: Iterator[tuple[int, _Raw]], limits: Limits, size: int) -> Iterator[Samples]:
    """Bring it to our rate, about a second at a time (the 20 ms of a packet would cost more to hand on than to work on)."""
    count, free = 0, _FREE_SECONDS * RATE
    for rate, block in _seconds(mono):
        for piece in rate.take(block):
            count += len(piece)
            if count > limits.seconds * RATE:
                raise SoundError("too_long")
            if count > free and 2 * count > limits.ratio * size:
                raise SoundError("bomb")
            yield piece


class _Rate:
    """One sampling rate, and the way from it to ours."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._resampler = AudioResampler(format="fltp", layout="mono", rate=RATE) if rate != RATE else None

    def take(self, block: Samples | None) -> Iterator[Samples]:
        """Give what a block comes to at our rate; without one, what is still held."""
        if self._resampler is None:
            if block is not None:
                yield block
            return
        frame = None
        if block is not None:
            frame = AudioFrame.from_ndarray(block[np.newaxis], format="fltp", layout="mono")
            frame.sample_rate = self.rate
        for made in self._resampler.resample(frame):
            if made.samples:
                yield np.clip(made.to_ndarray()[0], -1.0, 1.0)


def _seconds(mono: Iterator[tuple[int, _Raw]]) -> Iterator[tuple[_Rate, Samples | None]]:
    """Gather pieces of one rate to a second; after the last of a rate comes None: it may change within a file."""
    current: _Rate | None = None
    held: list[_Raw] = []
    count = 0
    for rate, piece in mono:
        if current is None or rate != current.rate or (held and held[0].dtype != piece.dtype):
            if current is not None:
                yield from _last(current, held)
            current, held, count = _Rate(rate), [], 0
        held.append(piece)
        count += len(piece)
        if count >= rate:
            yield current, _unit(np.concatenate(held))
            held, count = [], 0
    if current is not None:
        yield from _last(current, held)


def _last(rate: _Rate, held: list[_Raw]) -> Iterator[tuple[_Rate, Samples | None]]:
    if any(len(piece) for piece in held):
        yield rate, _unit(np.concatenate(held))
    yield rate, None
