"""Passkeys: what a browser is asked, and whether its answer is right. The sums are py_webauthn's."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from handlers.desk.second_steps import Passkey, Steps

_HOME = ("127.0.0.1", "::1", "localhost")
_LONGEST = 20_000
_VERIFICATION = UserVerificationRequirement.DISCOURAGED  # the password was asked for already


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are of: the host that a browser binds them to, and the address that it must be at."""

    host: str
    origin: str


def site_of(public_url: str, host: str) -> Site | None:
    """Give the site of a request to `host`, or None where browsers know no passkeys: by an address, without TLS, or under another
    name than the line's own. What a request says of its host is believed for this machine alone."""
    name = urlsplit(f"//{host}").hostname
    public = urlsplit(public_url)
    if public.hostname in _HOME:
        return Site("localhost", f"http://{host}") if name == "localhost" else None
    if public.scheme != "https" or public.hostname is None or name != public.hostname:
        return None
    return Site(public.hostname, f"https://{public.netloc}")


def ask_new(site: Site, login: str, person_id: str, challenge: bytes, known: Steps) -> str:
    """Give what a browser is asked when a passkey is made."""
    return options_to_json(
        generate_registration_options(
            rp_id=site.host,
            rp_name=site.host,
            user_name=login,
            user_id=person_id.encode(),
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=_VERIFICATION
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in known.passkeys],
        )
    )


def read_new(site: Site, challenge: bytes, answer: str) -> VerifiedRegistration | None:
    """Give the passkey that a browser made, or None if its answer is not right."""
    if len(answer) > _LONGEST:
        return None
    try:
        return verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=site.host, expected_origin=site.origin
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None


def ask(site: Site, challenge: bytes, known: Steps) -> str:
    """Give what a browser is asked when a passkey is shown."""
    return options_to_json(
        generate_authentication_options(
            rp_id=site.host,
            challenge=challenge,
            allow_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in known.passkeys],
            user_verification=_VERIFICATION,
        )
    )


def shown(site: Site, challenge: bytes, answer: str, known: Steps) -> tuple[Passkey, int] | None:
    """Give the passkey that was shown and how often it was used, or None if the answer is not right."""
    if len(answer) > _LONGEST:
        return None
    for key in known.passkeys:
        try:
            verified = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=key.public_key,
                credential_current_sign_count=key.counter,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):
            continue
        if verified.credential_id == key.credential_id:
            return key, verified.new_sign_count
    return None
