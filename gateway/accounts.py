"""The accounts at providers and recipients: the one place where their credentials leave the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from config.settings import Settings
from gateway.connectors import registry
from gateway.connectors.registry import Recipients
from gateway.providers.africastalking import AfricasTalkingConfig
from gateway.providers.handset import HandsetConfig
from gateway.providers.registry import ProviderConfig
from gateway.providers.twilio import TwilioConfig
from handlers.work.forwarding import Forwarder


def provider_configs(settings: Settings) -> Iterator[ProviderConfig]:
    """Give the config of each provider that is set."""
    if settings.twilio_account_sid:
        yield TwilioConfig(
            account_sid=settings.twilio_account_sid,
            auth_tokens=tuple(token.get_secret_value() for token in settings.twilio_auth_token),
            default_sender=_line(settings, "twilio"),
            status_callback=f"{settings.public_url}/webhooks/twilio/status",
            api_base=settings.twilio_api_base,
            media_bases=settings.media_bases,
        )
    if settings.africastalking_username and settings.africastalking_api_key:
        yield AfricasTalkingConfig(
            username=settings.africastalking_username,
            api_key=settings.africastalking_api_key.get_secret_value(),
            webhook_secrets=tuple(secret.get_secret_value() for secret in settings.africastalking_webhook_secret),
            sources=settings.africastalking_sources,
            default_sender=_line(settings, "africastalking"),
            api_base=settings.africastalking_api_base,
            voice_api_base=settings.africastalking_voice_api_base,
            recording_hosts=settings.africastalking_recording_hosts,
            media_bases=settings.media_bases,
        )
    if settings.handset_login and settings.handset_password and settings.handset_signing_key:
        yield HandsetConfig(
            login=settings.handset_login,
            password=settings.handset_password.get_secret_value(),
            signing_key=settings.handset_signing_key.get_secret_value(),
            line=_line(settings, "handset") or "",
            api_base=settings.handset_api_base,
            strict_clock=settings.handset_strict_clock,
        )


def recipients(settings: Settings) -> Mapping[str, Forwarder]:
    """Give what hands a packet to each recipient, by its name."""
    secret = settings.forward_webhook_secret
    asked = Recipients(
        webhook_url=settings.forward_webhook_url,
        webhook_secret=secret.get_secret_value() if secret else None,
        folder=settings.forward_folder,
    )
    return registry.forwarders(registry.build(asked))


def _line(settings: Settings, provider: str) -> str | None:
    """Give the first number of ours at a provider that takes texts."""
    return next((line.number for line in settings.lines if line.provider == provider and "text" in line.does), None)
