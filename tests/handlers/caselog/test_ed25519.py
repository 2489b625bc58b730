from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_sign_open
from nacl.exceptions import CryptoError
from nacl.signing import SigningKey

from handlers.caselog.verify import ed25519_holds, signature_holds

ORDER = 2**252 + 27742317777372353535851937790883648493
# RFC 8032, section 7.1: seed, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
# Points of small order, canonical and not: a signature with one of them holds for messages nobody signed.
SMALL = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0100000000000000000000000000000000000000000000000000000000000080",
]


def libsodium_holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        crypto_sign_open(signature + message, public_key)
    except (CryptoError, ValueError):
        return False
    return True


@pytest.mark.parametrize(("seed", "public_key", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard_hold(seed: str, public_key: str, message: str, signature: str) -> None:
    parts = bytes.fromhex(public_key), bytes.fromhex(message), bytes.fromhex(signature)

    assert ed25519_holds(*parts)
    assert signature_holds(*parts)
    assert SigningKey(bytes.fromhex(seed)).sign(parts[1]).signature == parts[2]
    assert not ed25519_holds(parts[0], parts[1] + b"x", parts[2])


@settings(max_examples=60)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.data())
def test_python_and_libsodium_agree_on_signatures_good_and_spoilt(seed: bytes, message: bytes, data: st.DataObject) -> None:
    key = SigningKey(seed)
    good = key.sign(message).signature
    spoilt = bytearray(good)
    spoilt[data.draw(st.integers(0, 63))] ^= data.draw(st.integers(0, 255))
    scalar = int.from_bytes(good[32:], "little")
    larger = good[:32] + (scalar + ORDER).to_bytes(32, "little")

    assert ed25519_holds(bytes(key.verify_key), message, good)
    for signature in (bytes(spoilt), larger):
        assert ed25519_holds(bytes(key.verify_key), message, signature) == (signature == good)
        assert libsodium_holds(bytes(key.verify_key), message, signature) == (signature == good)


points = st.binary(min_size=32, max_size=32) | st.sampled_from([bytes.fromhex(point) for point in SMALL])


@settings(max_examples=150)
@given(points, points, st.sampled_from([0, 1, ORDER - 1, ORDER, ORDER + 1, 2**256 - 1]), st.binary(max_size=4))
def test_python_and_libsodium_agree_on_malformed_keys_and_signatures(
    key: bytes, first: bytes, scalar: int, message: bytes
) -> None:
    signature = first + scalar.to_bytes(32, "little")

    assert ed25519_holds(key, message, signature) == libsodium_holds(key, message, signature)


@pytest.mark.parametrize("point", SMALL)
def test_a_key_of_small_order_signs_nothing(point: str) -> None:
    key = bytes.fromhex(point)
    signature = bytes.fromhex(SMALL[0]) + bytes(32)

    assert not ed25519_holds(key, b"anything", signature)
    assert not libsodium_holds(key, b"anything", signature)


@pytest.mark.parametrize(("key_length", "length"), [(31, 64), (33, 64), (32, 63), (32, 65), (0, 0)])
def test_wrong_lengths_do_not_hold(key_length: int, length: int) -> None:
    assert not ed25519_holds(bytes(key_length), b"", bytes(length))
    assert not signature_holds(bytes(key_length), b"", bytes(length))
