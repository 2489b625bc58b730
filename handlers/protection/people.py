"""People's keys: a pair each under their password, and the compartments (*desk*, *log*) sealed to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.utils import random as random_bytes

from handlers.errors import SealError, WrongPassword
from handlers.protection.sealing import KEY_BYTES, Place, open_sealed, seal

DESK = "desk"
LOG = "log"
DURESS = "duress"  # in the stead of compartments, the keys of a session hold a seed under this name


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess of a password costs: Argon2id passes and bytes of memory."""

    passes: int
    memory: int


USUAL_COST = Cost(pwhash.argon2id.OPSLIMIT_MODERATE, pwhash.argon2id.MEMLIMIT_INTERACTIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonKeys:
    """A person's pair as it is kept: the private half only under Argon2id of their password."""

    public_key: bytes
    salt: bytes = field(repr=False)
    passes: int
    memory: int
    wrapped_private: bytes = field(repr=False)


def new_person(person_id: str, password: str, cost: Cost = USUAL_COST) -> tuple[PersonKeys, bytes]:
    """Make a pair under a password; give what is kept, and the private half for the moment."""
    private = bytes(PrivateKey.generate())
    return wrap_person(person_id, private, password, cost), private


def wrap_person(person_id: str, private: bytes, password: str, cost: Cost = USUAL_COST) -> PersonKeys:
    """Wrap a private half under a (new) password."""
    salt = random_bytes(pwhash.argon2id.SALTBYTES)
    key = _stretch(password, salt, cost)
    return PersonKeys(
        public_key=bytes(PrivateKey(private).public_key),
        salt=salt,
        passes=cost.passes,
        memory=cost.memory,
        wrapped_private=seal(key, private, _place(person_id)),
    )


def open_person(person_id: str, keys: PersonKeys, password: str) -> bytes:
    """Give the private half; raise `WrongPassword` if the password is not theirs."""
    key = _stretch(password, keys.salt, Cost(keys.passes, keys.memory))
    try:
        return open_sealed(key, keys.wrapped_private, _place(person_id))
    except SealError:
        raise WrongPassword("the name or the password is not right") from None


@dataclass(frozen=True, slots=True)
class Slot:
    """A value under a password of somebody's: their private half, or what the duress password opens."""

    salt: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedSlots:
    """What a password opened: the private half, or the seed of an empty desk."""

    private: bytes | None = field(repr=False)
    seed: bytes | None = field(repr=False)


def open_either(person_id: str, keys: PersonKeys, duress: Slot, password: str) -> OpenedSlots:
    """Try a password on both slots, whichever it opens: both are always tried, so that the time does not tell which. Raise
    `WrongPassword` if it is neither."""
    cost = Cost(keys.passes, keys.memory)
    private, seed = (_tried(person_id, slot, password, cost) for slot in (Slot(keys.salt, keys.wrapped_private), duress))
    if private is None and seed is None:
        raise WrongPassword("the name or the password is not right")
    return OpenedSlots(private, seed if private is None else None)


def unset_duress(person_id: str) -> Slot:
    """Give what stands there for somebody who has no duress password: the same to look at, under a key that is thrown away."""
    return Slot(random_bytes(pwhash.argon2id.SALTBYTES), seal(random_bytes(KEY_BYTES), bytes(KEY_BYTES), _place(person_id)))


def spend_a_guess(cost: Cost = USUAL_COST) -> None:
    """Cost as much as a real guess, for a name that nobody has: the time tells nothing."""
    for _ in ("private half", "duress"):
        _stretch("", bytes(pwhash.argon2id.SALTBYTES), cost)


def fingerprint(public_key: bytes) -> str:
    """Give 25 digits that stand for a public key, to be compared by voice."""
    number = int.from_bytes(blake2b(public_key, digest_size=16, person=b"izwi fingerprint").digest(), "big")
    digits = f"{number % 10**25:025d}"
    return " ".join(digits[at : at + 5] for at in range(0, 25, 5))


def new_compartment() -> tuple[bytes, bytes]:
    """Make a compartment's pair; give (public, private)."""
    private = PrivateKey.generate()
    return bytes(private.public_key), bytes(private)


def seal_to(public_key: bytes, value: bytes) -> bytes:
    """Seal a key to the holder of a public key (libsodium's sealed box)."""
    return SealedBox(PublicKey(public_key)).encrypt(value)


def open_with(private_key: bytes, sealed: bytes) -> bytes:
    """Open what was sealed to this pair; raise `SealError` if it was not."""
    try:
        return SealedBox(PrivateKey(private_key)).decrypt(sealed)
    except (CryptoError, ValueError):
        raise SealError("a sealed key does not open") from None


def _stretch(password: str, salt: bytes, cost: Cost) -> bytes:
    return pwhash.argon2id.kdf(KEY_BYTES, password.encode(), salt, opslimit=cost.passes, memlimit=cost.memory)


def _tried(person_id: str, slot: Slot, password: str, cost: Cost) -> bytes | None:
    key = _stretch(password, slot.salt, cost)
    try:
        return open_sealed(key, slot.wrapped, _place(person_id))
    except SealError:
        return None


def _place(person_id: str) -> Place:
    return Place("people", "wrapped_private", person_id)
