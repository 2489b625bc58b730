"""Every error Izwi raises on purpose.

    IzwiError
     ├── Refused                 a request that did not prove where it comes from (403)
     ├── Unavailable             could be kept nowhere just now; please send again (503)
     ├── ProviderError           a provider did not do what was asked; says whether it is permanent
     ├── RecipientError          a recipient of the case log did not take an entry; says whether it is permanent
     ├── SoundError              a recording is not sound that can be rendered; says why, and whether it is permanent
     ├── SealError               a sealed value does not open: wrong key, altered, or moved
     │    └── KeyDestroyed       the key of its period is gone, as intended
     ├── WrongPassword           a password or recovery phrase does not open a person's key
     ├── NotAllowed              this person may not do this (four eyes, role, disabled)
     ├── Conflict                somebody changed it meanwhile; look again
     ├── NotFound                no such row
     └── ListError               a list of the operator is malformed; names file and line

No error's text holds a number, a word of a message, a name or a provider's answer.
"""

from __future__ import annotations


class IzwiError(Exception):
    """The root of all errors raised on purpose."""


class Refused(IzwiError):
    """A request that did not prove where it comes from. `reason` is a fixed word for the log, never a value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unavailable(IzwiError):
    """It could be kept nowhere just now; the provider should send it again."""


class _Outcome(IzwiError):
    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class ProviderError(_Outcome):
    """A provider did not do what was asked.

    `reason` is one of our fixed words (`opted_out`, `bad_number`, `credentials`, `balance`, `throttled`, `unreachable`,
    `timeout`, `rejected`, ...). `permanent` says that trying again is useless. `unknown_outcome` says that the message may
    have been sent all the same.
    """

    def __init__(self, reason: str, *, permanent: bool, unknown_outcome: bool = False) -> None:
        super().__init__(reason, permanent=permanent)
        self.unknown_outcome = unknown_outcome


class RecipientError(_Outcome):
    """A recipient of the case log did not take an entry."""


class SoundError(_Outcome):
    """A recording is not sound that can be rendered.

    `reason` is one of our fixed words: `empty`, `not_audio`, `too_long`, `too_large`, `bomb`, `corrupt`, `timeout`, `memory`, and
    `killed` where the process that worked on it was ended from outside. Only what the machine may have done is worth another try.
    """

    def __init__(self, reason: str, *, permanent: bool = True) -> None:
        super().__init__(reason, permanent=permanent)


class SealError(IzwiError):
    """A sealed value does not open: wrong key, altered, or moved to another place."""


class KeyDestroyed(SealError):
    """The key of this value's period has been destroyed, as intended."""


class WrongPassword(IzwiError):
    """The password or recovery phrase does not open this key."""


class NotAllowed(IzwiError):
    """This person may not do this. The text is a sentence for them."""


class Conflict(IzwiError):
    """Somebody changed it meanwhile. The text is a sentence for the person."""


class NotFound(IzwiError):
    """There is no such thing."""


class ListError(IzwiError):
    """A list that the operator keeps is malformed: the text names file, line and reason."""
