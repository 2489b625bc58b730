"""Files that mean harm, or are harmed: at least one of each way that a decoder has been taken in by."""

from __future__ import annotations

import struct
import wave
from collections.abc import Iterator
from io import BytesIO
from random import Random

import av
import numpy as np
from av.audio.frame import AudioFrame

from tests.handlers.voice.making import file_of, speech, tone

OK = "ok"


def wav(
    data: bytes = b"", *, rate: int = 8000, channels: int = 1, bits: int = 16, kind: int = 1, claimed: int | None = None
) -> bytes:
    """Write a WAV whose header says what it is told to say."""
    size = len(data) if claimed is None else claimed
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", kind, channels & 0xFFFF, rate, rate * block & 0xFFFFFFFF, block & 0xFFFF, bits)
    head = b"RIFF" + struct.pack("<I", (36 + size) & 0xFFFFFFFF) + b"WAVEfmt " + struct.pack("<I", 16) + form
    return head + b"data" + struct.pack("<I", size & 0xFFFFFFFF) + data


def flac_of_zeros(seconds: int, *, rate: int = 8000, channels: int = 1) -> bytes:
    """Write silence as FLAC writes it: next to nothing."""
    written = BytesIO()
    with av.open(written, "w", format="flac") as made:
        layout = "mono" if channels == 1 else "7.1"
        stream = made.add_stream("flac", rate=rate, layout=layout)
        block = np.zeros((1, rate * channels * 10), dtype=np.int16)
        for _ in range(seconds // 10):
            frame = AudioFrame.from_ndarray(block, format="s16", layout=layout)
            frame.sample_rate = rate
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return written.getvalue()


def repeated_flac_frame(times: int) -> bytes:
    """Write one frame of silence again and again: twelve bytes that become 65535 samples."""
    head = b"fLaC" + bytes([0x80, 0, 0, 34]) + struct.pack(">HH", 65535, 65535) + bytes(6)
    head += ((8000 << 44) | (0 << 41) | (15 << 36)).to_bytes(8, "big") + bytes(16)
    frame = bytes([0xFF, 0xF8, 0x74, 0x08, 0x00, 0xFF, 0xFE])
    frame += bytes([_crc8(frame), 0x00, 0x00, 0x00])
    return head + (frame + struct.pack(">H", _crc16(frame))) * times


def _crc8(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value << 1 ^ 0x07 if value & 0x80 else value << 1) & 0xFF
    return value


def _crc16(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x8005 if value & 0x8000 else value << 1) & 0xFFFF
    return value


def no_numbers() -> bytes:
    """Write floats that are no numbers, and infinite ones."""
    values = np.tile(np.array([np.nan, np.inf, -np.inf, 1e38, 0.1], dtype="<f4"), 2000)
    return wav(values.tobytes(), bits=32, kind=3)


def crafted() -> dict[str, tuple[bytes, str]]:
    """Give each with what must come of it: a fixed word of `SoundError`, or sound."""
    good = file_of(speech(seconds=2.0))
    with wave.open(BytesIO(good)) as opened:
        pcm = opened.readframes(-1)
    mp4 = file_of(speech(seconds=2.0), "mp4", "aac")
    ogg = file_of(speech(seconds=2.0), "ogg", "libopus")
    return {
        "nothing": (b"", "empty"),
        "a text named wav": (b"This is a letter, and its name ends in .wav", "not_audio"),
        "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "not_audio"),
        "a playlist of files here": (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "not_audio"),
        "a playlist of addresses": (b"#EXTM3U\n#EXT-X-VERSION:3\nhttp://127.0.0.1/a.ts\n", "not_audio"),
        "subtitles": (b"1\n00:00:01,000 --> 00:00:02,000\nhello\n", "not_audio"),
        "a zip": (b"PK\x03\x04" + bytes(100), "not_audio"),
        "a program": (b"\x7fELF" + bytes(100), "not_audio"),
        "a page": (b"<html><script>alert(1)</script></html>", "not_audio"),
        "no seconds": (wav(), "empty"),
        "a header without a body": (good[:20], "corrupt"),
        "the magic alone": (b"OggS", "corrupt"),
        "ten gigabytes, it says": (wav(pcm, claimed=0xFFFFFFF0), OK),
        "2 GHz": (wav(pcm, rate=2_000_000_000), "corrupt"),
        "one sample a second": (wav(pcm, rate=1), "corrupt"),
        "60000 channels": (wav(pcm, channels=60_000), "corrupt"),
        "no channel": (wav(pcm, channels=0), "corrupt"),
        "no bits": (wav(pcm, bits=0), "not_audio"),
        "an unknown codec": (wav(pcm, kind=0x1234), "not_audio"),
        "an hour and more": (repeated_flac_frame(10), OK),
        "a bomb of silence": (repeated_flac_frame(450), "bomb"),
        "no numbers": (no_numbers(), OK),
        "a broken-off ogg": (ogg[: len(ogg) * 2 // 3], OK),
        "a broken-off mp4": (mp4[: len(mp4) * 2 // 3], "corrupt"),
        "an mp3 of noise": (b"\xff\xfb\x90\x64" + Random(1).randbytes(2000), "corrupt"),
        "tags without an end": (b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + bytes(500), "corrupt"),
        "an amr of nothing": (b"#!AMR\n", "empty"),
        "a film's box": (b"\x00\x00\x00\x18ftypisom" + bytes(100), "corrupt"),
        "matroska of nothing": (b"\x1aE\xdf\xa3" + bytes(100), "corrupt"),
        "two that cancel out": (file_of([tone(), -tone()]), OK),
    }


def fuzzed(count: int) -> Iterator[bytes]:
    """Damage good files: bits turned, pieces cut out, doubled, exchanged; always the same ones."""
    random = Random(7)
    sound = speech(seconds=1.0)
    kinds = [
        ("wav", "pcm_s16le"),
        ("wav", "pcm_mulaw"),
        ("mp3", "libmp3lame"),
        ("ogg", "libopus"),
        ("mp4", "aac"),
        ("flac", "flac"),
        ("webm", "libopus"),
        ("amr", "libopencore_amrnb"),
    ]
    good = [file_of(sound, container, codec) for container, codec in kinds]
    for index in range(count):
        yield _damaged(bytearray(good[index % len(good)]), random)


def _damaged(data: bytearray, random: Random) -> bytes:
    for _ in range(random.randint(1, 20)):
        at = random.randrange(len(data)) if random.random() < 0.6 else random.randrange(min(200, len(data)))
        way = random.randrange(4)
        if way == 0:
            data[at] ^= 1 << random.randrange(8)
        elif way == 1:
            data[at] = random.choice((0, 0x7F, 0x80, 0xFF))
        elif way == 2 and len(data) > 300:
            del data[at : at + random.randint(1, 40)]
        else:
            data[at:at] = data[at : at + random.randint(1, 40)]
    return bytes(data[: random.randint(1, len(data))] if random.random() < 0.2 else data)
