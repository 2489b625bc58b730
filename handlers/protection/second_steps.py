"""What an authenticator app shows, and recovery codes: the sums behind the second step.

The secret of an app is sealed under the boot secret and not to the person's key: it must be checked before the password is
(to lift a lock), and after a duress password just the same. It guards the door alone: keys are opened by the password, so whoever
has the database and the boot secret gains nothing from it.
"""

from __future__ import annotations

import hmac
import io
import secrets
from dataclasses import dataclass, field
from hashlib import blake2b

import pyotp
import segno

_STEP_SECONDS = 30
_AROUND = (-1, 0, 1)  # a phone's clock may be half a minute off
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that looks like another, and 32 of them
_CODE_LETTERS = 16


@dataclass(frozen=True, slots=True)
class AppSecret:
    """The secret that an authenticator app shares with the line."""

    value: str = field(repr=False)

    def is_sound(self) -> bool:
        """Say whether it is a secret as `new_app_secret` makes them."""
        return len(self.value) == _CODE_LETTERS * 2 and set(self.value) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

    def matching(self, code: str, *, now: float, after: int) -> int | None:
        """Give the number of the half minute that a code is of, if it is a new one: later than `after`."""
        app = pyotp.TOTP(self.value)
        for around in _AROUND:
            counter = int(now) // _STEP_SECONDS + around
            is_it = hmac.compare_digest(app.generate_otp(counter).encode(), code.encode("utf-8", "replace"))
            if is_it and counter > after:
                return counter
        return None

    def qr_svg(self, login: str) -> str:
        """Draw what an app reads, as an SVG picture. It names the login, and not the line: phones are looked at."""
        out = io.BytesIO()
        segno.make(pyotp.TOTP(self.value).provisioning_uri(name=login), error="m").save(
            out, kind="svg", scale=5, border=4, light="white", xmldecl=False, svgns=False, nl=False
        )
        return out.getvalue().decode()


def new_app_secret() -> AppSecret:
    """Make the secret of an app: 160 bits."""
    return AppSecret(pyotp.random_base32(_CODE_LETTERS * 2))


def new_code() -> str:
    """Make a code for paper or a link: 80 bits, in groups of four."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS))
    return "-".join(letters[at : at + 4] for at in range(0, _CODE_LETTERS, 4))


def hash_of_code(code: str, owner: str) -> bytes:
    """Give what is kept of a code. It has 80 bits by chance, so no guess meets it, though its hash be cheap."""
    tidy = "".join(letter for letter in code.upper() if letter in _LETTERS)
    return blake2b(tidy.encode(), key=owner.encode()[:64], digest_size=32, person=b"izwi code").digest()
