"""Fetch a file from a provider's own hosts, and from nowhere else, whatever an address or a redirect says.

Only https, only hosts that are listed, only addresses that are public, and the connection is made to the very address that was
looked at: a name that resolves otherwise a moment later changes nothing. Exempt is only what the operator configured in place of
the provider's own addresses (a simulator, a proxy).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.auth import HTTPBasicAuth
from urllib3.exceptions import HTTPError, ReadTimeoutError

from gateway.providers.outcomes import SECONDS_TO_CONNECT, failed_call, refused_status
from gateway.providers.pinning import Connect, Lifeline, PinnedAdapter, Resolve, is_public, open_socket, resolve
from handlers.errors import ProviderError
from handlers.outgoing import Fetched

_MOST_REDIRECTS = 3
_SECONDS_BETWEEN_BYTES = 10.0
_AT_ONCE = 65_536
_REDIRECTS = (301, 302, 303, 307, 308)
_PLAIN = re.compile(r"[!-\[\]-~]{1,2000}\Z")  # visible ASCII without the backslash, which some take for a slash
_Origin = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Hosts:
    """Host names: in full, by what they end in (with its dot), or by their shape."""

    names: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()
    shape: re.Pattern[str] | None = None

    def has(self, host: str) -> bool:
        """Say whether a host is one of these."""
        is_shaped = self.shape is not None and self.shape.fullmatch(host) is not None
        return host in self.names or host.endswith(self.suffixes) or is_shaped


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Where files may come from: `first` the hosts to ask, `onward` those that they may send us on to, `bases` the operator's own
    addresses in place of the provider's."""

    first: Hosts
    onward: Hosts
    bases: tuple[str, ...] = ()


def bases_of(*configured: str | None) -> tuple[str, ...]:
    """Give the addresses that are configured."""
    return tuple(base for base in configured if base)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches by rules. `seconds` is how long all of a fetch may take; the rest is given by tests."""

    rules: Rules
    seconds: float = 90.0
    resolve: Resolve = resolve
    connect: Connect = open_socket
    authorities: str | bool = field(default=True)

    def fetch(self, url: str, *, most_bytes: int, auth: tuple[str, str] | None = None) -> Fetched:
        """Give the file; raise `ProviderError` as `handlers.outgoing.Telephony.fetch` names its reasons. `auth` goes to the first
        host alone."""
        lifeline = Lifeline()
        end = threading.Timer(self.seconds, lifeline.cut)
        end.daemon = True
        end.start()
        try:
            return self._fetch(url, most_bytes, auth, lifeline)
        finally:
            end.cancel()
            lifeline.let_go()

    def _fetch(self, url: str, most_bytes: int, auth: tuple[str, str] | None, lifeline: Lifeline) -> Fetched:
        first = _origin(_split(url))
        for hop in range(_MOST_REDIRECTS + 1):
            parts = self._checked(url, is_first=hop == 0)
            credentials = HTTPBasicAuth(*auth) if auth and _origin(parts) == first else _no_credentials
            with self._answer(url, self._addresses(parts), credentials, lifeline) as response:
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    url = urljoin(url, response.headers["location"])
                    continue
                _check_status(response)
                data = _read(response, most_bytes, lifeline)
                return Fetched(data=data, content_type=response.headers.get("content-type", "")[:200])
        raise ProviderError("not_theirs", permanent=True)

    def _checked(self, url: str, *, is_first: bool) -> SplitResult:
        """Give the parts of an address that we may ask."""
        parts = _split(url)
        if self._is_base(parts):
            return parts
        allowed = self.rules.first if is_first else self.rules.onward
        is_usual = parts.scheme == "https" and parts.port in (None, 443)
        if not is_usual or not allowed.has((parts.hostname or "").lower()):
            raise ProviderError("not_theirs", permanent=True)
        return parts

    def _addresses(self, parts: SplitResult) -> Sequence[str]:
        """Resolve the host, once; the operator's own bases alone may be private."""
        try:
            found = self.resolve(parts.hostname or "", _origin(parts)[2])
        except (OSError, UnicodeError):
            raise ProviderError("provider_down", permanent=False) from None
        if not found:
            raise ProviderError("provider_down", permanent=False)
        if not self._is_base(parts) and not all(is_public(address) for address in found):
            raise ProviderError("not_theirs", permanent=True)
        return found

    def _is_base(self, parts: SplitResult) -> bool:
        return any(_origin(parts) == _origin(urlsplit(base)) for base in self.rules.bases)

    @contextmanager
    def _answer(
        self, url: str, addresses: Sequence[str], credentials: Callable[..., requests.PreparedRequest], lifeline: Lifeline
    ) -> Iterator[requests.Response]:
        with requests.Session() as session:
            session.trust_env = False  # no proxy, which would resolve for itself, and no .netrc
            adapter = PinnedAdapter(lambda port, seconds: lifeline.hold(self.connect(addresses, port, seconds)))
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            try:
                response = session.get(
                    url,
                    headers={"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "izwi"},
                    auth=credentials,
                    allow_redirects=False,
                    stream=True,
                    timeout=(SECONDS_TO_CONNECT, _SECONDS_BETWEEN_BYTES),
                    verify=self.authorities,
                )
            except requests.RequestException as error:
                raise _too_slow() if lifeline.is_cut else failed_call(error) from None
            except (ValueError, OSError):  # a header that is none, say
                raise _too_slow() if lifeline.is_cut else ProviderError("provider_down", permanent=False) from None
            with response:
                yield response


def _split(url: str) -> SplitResult:
    """Take an address apart; one that others might read otherwise is refused."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ProviderError("not_theirs", permanent=True) from None
    if not _PLAIN.match(url) or parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ProviderError("not_theirs", permanent=True)
    return parts


def _origin(parts: SplitResult) -> _Origin:
    usual = 443 if parts.scheme == "https" else 80
    return parts.scheme, (parts.hostname or "").lower(), parts.port or usual


def _check_status(response: requests.Response) -> None:
    status = response.status_code
    if status == 404:
        raise ProviderError("not_yet", permanent=False)  # a file may be told of before it can be had
    if status == 410:
        raise ProviderError("gone", permanent=True)
    if status != 200:
        raise refused_status(status if status >= 400 else 502)


def _read(response: requests.Response, most_bytes: int, lifeline: Lifeline) -> bytes:
    """Read the body as it is sent: what a compressed one would unpack to is nobody's concern here."""
    declared = response.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > most_bytes:
        raise ProviderError("too_large", permanent=True)
    held = bytearray()
    try:
        for piece in response.raw.stream(_AT_ONCE, decode_content=False):
            held += piece
            if len(held) > most_bytes:
                raise ProviderError("too_large", permanent=True)
    except ReadTimeoutError:
        raise _too_slow() from None
    except (HTTPError, OSError, ValueError):
        raise _too_slow() if lifeline.is_cut else ProviderError("provider_down", permanent=False) from None
    if lifeline.is_cut:
        raise _too_slow()
    return bytes(held)


def _too_slow() -> ProviderError:
    return ProviderError("timeout", permanent=False)


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from adding any of its own."""
    return request
