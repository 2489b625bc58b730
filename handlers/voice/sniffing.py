"""Sniffing: what kind of file the first bytes say it is."""

from __future__ import annotations

_MAGIC = (
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"#!AMR", "amr"),
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"caff", "caf"),
    (b"ID3", "mp3"),
)


def sniff(data: bytes) -> str | None:
    """Name FFmpeg's demuxer for it, of the few that are let in; None for anything else."""
    for magic, demuxer in _MAGIC:
        if data.startswith(magic):
            return demuxer
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    if data[4:8] == b"ftyp":
        return "mov"
    if len(data) > 1 and data[0] == 0xFF:
        if data[1] & 0xF6 == 0xF0:
            return "aac"
        if data[1] & 0xE6 == 0xE2:
            return "mp3"
    return None
