"""Ask a handset to do something, by the app's own client package. https://docs.sms-gate.app/integration/api, seen 2026-11."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import requests
from android_sms_gateway.client import APIClient
from android_sms_gateway.constants import DEFAULT_URL
from android_sms_gateway.domain import Message, TextMessage
from android_sms_gateway.enums import ProcessState
from android_sms_gateway.errors import APIError
from android_sms_gateway.http import RequestsHttpClient

from gateway.providers.contract import OutgoingText, Repeat, Sent
from gateway.providers.handset.config import HandsetConfig
from gateway.providers.outcomes import SECONDS_TO_CONNECT, failed_call, refused_status
from handlers.errors import ProviderError
from handlers.events import Event

_CONFLICT = 409
# A reply that a phone sends a day late, when it finds a network again, may be read by somebody else.
_SECONDS_TO_LIVE = 86_400


class _Session(requests.Session):
    """A session whose requests all have a timeout: the package sets none."""

    def __init__(self, timeout: float) -> None:
        super().__init__()
        self._timeout = (SECONDS_TO_CONNECT, timeout)

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Make the request. Redirects are not followed: the password is for this host alone."""
        return super().request(method, url, *args, **{**kwargs, "timeout": self._timeout, "allow_redirects": False})


class HandsetClient:
    """The client for one handset. It knows our ids, so a text can be handed over again without being sent twice."""

    repeat = Repeat.SAFE

    def __init__(self, config: HandsetConfig) -> None:
        http = RequestsHttpClient(_Session(config.timeout))
        self._api = APIClient(config.login, config.password, base_url=config.api_base or DEFAULT_URL, http=http)

    def send(self, text: OutgoingText) -> Sent:
        """Hand a text over under our own id."""
        message = Message(id=text.id, phone_numbers=[text.recipient], text_message=TextMessage(text.text), ttl=_SECONDS_TO_LIVE)
        failure: ProviderError
        try:
            # The number is in E.164 already, and the app's library calls real Zimbabwean ones invalid.
            state = self._api.send(message, skip_phone_validation=True)
        except APIError as error:
            if error.status_code == _CONFLICT:
                return Sent(provider_id=text.id)  # It has a text of this id: ours, from an earlier try.
            failure = refused_status(error.status_code or 500)
        except requests.RequestException as error:
            failure = failed_call(error)
        except (ValueError, KeyError, TypeError, AttributeError):
            # An answer that is none of the app's: whether the text was taken is not known.
            failure = ProviderError("provider_down", permanent=False, unknown_outcome=True)
        else:
            if state.state is not ProcessState.Failed:
                return Sent(provider_id=text.id)
            failure = ProviderError("rejected", permanent=False)
        raise failure

    def find_sent(self, text: OutgoingText, since: datetime) -> Sent | None:
        """Find nothing: handing it over again is safe, so nobody need look."""
        return None

    def received_since(self, since: datetime) -> Iterator[Event]:
        """Yield nothing: the app repeats a webhook for two days, and its inbox tells only the beginning of a text."""
        return iter(())

    def erase(self, provider_id: str) -> None:
        """Do nothing: the app offers no deletion of a single text. The phone is to be set to delete them."""
