"""How long a text is as SMS: in the 7-bit alphabet (3GPP TS 23.038, 6.2.1) or, with any other character, in UCS-2."""

from __future__ import annotations

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€\f")  # behind an escape: two places each
_ONE_7BIT, _PART_7BIT, _ONE_UCS2, _PART_UCS2 = 160, 153, 70, 67
MOST_PARTS = 4


@dataclass(frozen=True, slots=True)
class TextLength:
    """`used` places of the `room` that `parts` messages have; `odd` are the characters that cost the 7-bit alphabet."""

    used: int
    room: int
    parts: int
    odd: str

    @property
    def is_7bit(self) -> bool:
        """Say whether every character is of the 7-bit alphabet."""
        return not self.odd


def measure(text: str) -> TextLength:
    """Measure a text as it would go out."""
    odd = "".join(dict.fromkeys(letter for letter in text if letter not in _BASIC and letter not in _TWICE))
    if odd:
        sizes = [len(letter.encode("utf-16-be", "surrogatepass")) // 2 for letter in text]
        one, part = _ONE_UCS2, _PART_UCS2
    else:
        sizes = [2 if letter in _TWICE else 1 for letter in text]
        one, part = _ONE_7BIT, _PART_7BIT
    used = sum(sizes)
    if used <= one:
        return TextLength(used, one, 1 if text else 0, odd)
    parts = _parts(sizes, part)
    return TextLength(used, parts * part, parts, odd)


def _parts(sizes: list[int], room: int) -> int:
    """Count the parts; a character of two places is never torn."""
    parts, left = 1, room
    for size in sizes:
        if size > left:
            parts, left = parts + 1, room
        left -= size
    return parts
