"""Which providers there are. Adding one is a folder and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from gateway.providers.africastalking import AfricasTalkingConfig, AfricasTalkingProvider
from gateway.providers.contract import Provider
from gateway.providers.handset import HandsetConfig, HandsetProvider
from gateway.providers.twilio import TwilioConfig, TwilioProvider

ProviderConfig = TwilioConfig | AfricasTalkingConfig | HandsetConfig

# The provider's name, as in its doors' addresses -> what makes it from its config.
PROVIDERS: Mapping[str, Callable[[Any], Provider]] = MappingProxyType(
    {
        TwilioProvider.name: TwilioProvider,
        AfricasTalkingProvider.name: AfricasTalkingProvider,
        HandsetProvider.name: HandsetProvider,
    }
)

_NAMES: Mapping[type, str] = MappingProxyType(
    {
        TwilioConfig: TwilioProvider.name,
        AfricasTalkingConfig: AfricasTalkingProvider.name,
        HandsetConfig: HandsetProvider.name,
    }
)


def build(configs: Iterable[ProviderConfig]) -> dict[str, Provider]:
    """Make the providers of these configs, by name."""
    return {name: PROVIDERS[name](config) for config in configs for name in (_NAMES[type(config)],)}
