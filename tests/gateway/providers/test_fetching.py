"""A file is fetched from the provider's own hosts or not at all, whatever an address, a name or a redirect makes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from gateway.providers.fetching import Fetcher, Hosts, Rules
from gateway.providers.pinning import is_public
from handlers.errors import ProviderError
from tests.gateway.providers.hosts import CERTIFICATE, PUBLIC, Host, Names, Visit, hosts

API = "https://api.twilio.com/2010-04-01/Recordings/RE1.wav"
FIRST = Hosts(frozenset({"api.twilio.com"}), suffixes=(".at-internal.com",))
ONWARD = Hosts(frozenset({"api.twilio.com", "media.twiliocdn.com"}))
MOST = 100_000
AUTH = ("account", "token")

Open = Callable[..., Host]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Make hosts that are closed at the end."""
    with ExitStack() as stack:
        yield lambda says, **more: stack.enter_context(hosts(says, **more))[0]


def fetcher(names: Names, *, base: str | None = None, seconds: float = 20.0) -> Fetcher:
    rules = Rules(first=FIRST, onward=ONWARD, bases=(base,) if base else ())
    return Fetcher(rules, seconds=seconds, resolve=names.resolve, connect=names.connect, authorities=str(CERTIFICATE))


def public(**more: Any) -> Names:
    return Names(answers={name: [[PUBLIC]] for name in ("api.twilio.com", "media.twiliocdn.com", "a-b.at-internal.com")}, **more)


def refused(fetching: Fetcher, url: str, *, most_bytes: int = MOST) -> ProviderError:
    with pytest.raises(ProviderError) as raised:
        fetching.fetch(url, most_bytes=most_bytes, auth=AUTH)
    assert raised.value.__cause__ is None
    return raised.value


def test_a_file_of_the_provider_is_fetched_over_tls_by_its_name(opened: Open) -> None:
    host = opened(lambda visit: visit.answer(b"RIFF", Content_Type="audio/x-wav"), is_tls=True)

    fetched = fetcher(public(leads_to=host)).fetch(API, most_bytes=MOST, auth=AUTH)

    assert (fetched.data, fetched.content_type) == (b"RIFF", "audio/x-wav")
    (request,) = host.visits
    assert request.startswith("GET /2010-04-01/Recordings/RE1.wav HTTP/1.1\r\nHost: api.twilio.com\r\n")
    assert "Authorization: Basic" in request


def test_a_host_that_cannot_prove_its_name_is_not_spoken_to(opened: Open) -> None:
    host = opened(lambda visit: visit.answer(b"x"), is_tls=True)
    names = Names(answers={"word.africastalking.com": [[PUBLIC]]}, leads_to=host)
    rules = Rules(first=Hosts(suffixes=(".africastalking.com",)), onward=ONWARD)
    fetching = Fetcher(rules, resolve=names.resolve, connect=names.connect, authorities=str(CERTIFICATE))

    assert refused(fetching, "https://word.africastalking.com/x.mp3").reason == "provider_down"
    assert host.visits == []


def test_credentials_go_to_the_first_host_alone(opened: Open) -> None:
    def says(visit: Visit) -> None:
        if "Host: api.twilio.com" in visit.request:
            visit.answer(status="307 Temporary Redirect", Location="https://media.twiliocdn.com/signed?x=1")
        else:
            visit.answer(b"sound")

    host = opened(says, is_tls=True)

    assert fetcher(public(leads_to=host)).fetch(API, most_bytes=MOST, auth=AUTH).data == b"sound"
    assert ["Authorization" in request for request in host.visits] == [True, False]


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com/x.wav",
        "https://api.twilio.com:8443/x.wav",
        "https://localhost/x.wav",
        "https://127.0.0.1/x.wav",
        "https://[::1]/x.wav",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.8/x.wav",
        "https://evil.example.org/x.wav",
        "https://api.twilio.com.evil.example.org/x.wav",
        "https://evilapi.twilio.com/x.wav",
        "https://at-internal.com.evil.org/x.mp3",
        "https://evilat-internal.com/x.mp3",
        "https://api.twilio.com@evil.example.org/x.wav",
        "https://user:word@api.twilio.com/x.wav",
        "https://evil.example.org\\@api.twilio.com/x.wav",
        "https://api.twilio.com\\.evil.example.org/x.wav",
        "https://api.twilio.com\t/x.wav",
        "https://api.twilio.com/x.wav\r\nHost: evil",
        "https://api.twilio.com:nan/x.wav",
        "https://[api.twilio.com/x.wav",
        "https://xn--pi-7ka.twilio.com/x",
        "https://аpi.twilio.com/x.wav",  # a Cyrillic letter
        "file:///etc/passwd",
        "ftp://api.twilio.com/x",
        "gopher://api.twilio.com/x",
        "//api.twilio.com/x",
        "api.twilio.com/x.wav",
        "",
        "https://api.twilio.com/" + "x" * 3000,
    ],
)
def test_another_address_is_never_asked(url: str) -> None:
    names = public()

    error = refused(fetcher(names), url)

    assert (error.reason, error.permanent) == ("not_theirs", True)
    assert (names.asked, names.connected) == ([], [])


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("100.100.100.200", "169.254.170.2"),
        *("224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.0.192", "168.63.129.16", "198.18.0.1", "192.0.2.1", "192.88.99.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "2001:db8::1", "2001::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *("2002:7f00:1::", "2002:a00:1::1", "no address", ""),
    ],
)  # fmt: skip
def test_a_name_that_leads_to_this_machine_or_its_neighbours_is_not_followed(address: str) -> None:
    names = Names(answers={"api.twilio.com": [[PUBLIC, address]]})

    assert not is_public(address)
    assert refused(fetcher(names), API).reason == "not_theirs"
    assert names.connected == []


@pytest.mark.parametrize("address", ["54.1.2.3", "8.8.8.8", PUBLIC, "2600:1f18::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_a_name_that_means_something_else_a_moment_later_changes_nothing(opened: Open) -> None:
    host = opened(lambda visit: visit.answer(b"sound"), is_tls=True)
    names = Names(answers={"api.twilio.com": [[PUBLIC], ["127.0.0.1"]]}, leads_to=host)

    assert fetcher(names).fetch(API, most_bytes=MOST).data == b"sound"
    assert (names.asked, names.connected) == (["api.twilio.com"], [PUBLIC])


def test_a_name_that_is_looked_up_again_for_a_redirect_is_looked_at_again(opened: Open) -> None:
    host = opened(lambda visit: visit.answer(status="302 Found", Location="/again"), is_tls=True)
    names = Names(answers={"api.twilio.com": [[PUBLIC], ["127.0.0.1"]]}, leads_to=host)

    assert refused(fetcher(names), API).reason == "not_theirs"
    assert (len(host.visits), names.connected) == (1, [PUBLIC])


@pytest.mark.parametrize(
    "location",
    [
        *("http://127.0.0.1:{port}/x", "http://localhost:{port}/x", "https://10.0.0.1/x", "https://e.example.org/x"),
        *("http://media.twiliocdn.com/x", "https://a-b.at-internal.com/x", "file:///etc/passwd", "//127.0.0.1:{port}/x"),
        *("https://169.254.169.254/latest/meta-data/iam", "http://[::1]:{port}/x", "https://media.twiliocdn.com:{port}/x"),
    ],
)  # fmt: skip
def test_a_redirect_elsewhere_is_not_followed(opened: Open, location: str) -> None:
    inner = opened(lambda visit: visit.answer(b"secret"))
    host = opened(lambda visit: visit.answer(status="302 Found", Location=location.format(port=inner.port)), is_tls=True)
    names = public(leads_to=host)

    assert refused(fetcher(names), API).reason == "not_theirs"
    assert inner.visits == []
    assert names.connected == [PUBLIC]


def test_nobody_is_sent_round_for_ever(opened: Open) -> None:
    host = opened(lambda visit: visit.answer(status="301 Moved", Location="/round"), is_tls=True)

    assert refused(fetcher(public(leads_to=host)), API).reason == "not_theirs"
    assert len(host.visits) == 4


def test_the_operators_own_address_may_be_near_and_leads_nowhere_else(opened: Open) -> None:
    inner = opened(lambda visit: visit.answer(b"secret"))

    def says(visit: Visit) -> None:
        if "/away" in visit.request:
            visit.answer(status="302 Found", Location=inner.url)
        elif "/here" in visit.request:
            visit.answer(status="302 Found", Location="/media")
        else:
            visit.answer(b"sound")

    base = opened(says)
    fetching = fetcher(Names(), base=base.url)

    assert fetching.fetch(f"{base.url}/here", most_bytes=MOST, auth=AUTH).data == b"sound"
    assert refused(fetching, f"{base.url}/away").reason == "not_theirs"
    assert refused(fetching, f"http://127.0.0.1:{inner.port}/x").reason == "not_theirs"
    assert inner.visits == []


def test_what_says_that_it_is_too_large_is_not_read(opened: Open) -> None:
    def says(visit: Visit) -> None:
        visit.say(b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n")
        visit.drip(b"x", seconds=5)

    base = opened(says)
    started = time.monotonic()

    error = refused(fetcher(Names(), base=base.url), base.url)

    assert (error.reason, error.permanent) == ("too_large", True)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "head", [b"", b"Content-Length: 10\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n"]
)
def test_an_endless_stream_is_ended(opened: Open, head: bytes) -> None:
    sent = 0

    def says(visit: Visit) -> None:
        nonlocal sent
        visit.say(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")
        while True:
            visit.say(b"1000\r\n" + bytes(4096) + b"\r\n")
            sent += 4096

    base = opened(says)
    fetching = fetcher(Names(), base=base.url)

    if b"Length" in head:  # what was declared is read, and no more
        assert len(fetching.fetch(base.url, most_bytes=MOST).data) == 10
    else:
        assert refused(fetching, base.url).reason == "too_large"
    assert sent < 30_000_000  # what the kernel's buffers took, at most


@pytest.mark.parametrize(
    "start", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n"]
)
def test_a_slow_drip_is_ended_wherever_it_drips(opened: Open, start: bytes) -> None:
    def says(visit: Visit) -> None:
        visit.say(start)
        visit.drip(b"x" if start else b"HTTP", seconds=0.05)

    base = opened(says)
    started = time.monotonic()

    error = refused(fetcher(Names(), base=base.url, seconds=1.0), base.url)

    assert (error.reason, error.permanent) == ("timeout", False)
    assert time.monotonic() - started < 5


def test_a_slow_drip_within_tls_is_ended_too(opened: Open) -> None:
    def says(visit: Visit) -> None:
        visit.say(b"HTTP/1.1 200 OK\r\n\r\n")
        visit.drip(b"x", seconds=0.05)

    host = opened(says, is_tls=True)
    started = time.monotonic()

    assert refused(fetcher(public(leads_to=host), seconds=1.0), API).reason == "timeout"
    assert time.monotonic() - started < 5


def test_a_handshake_that_never_ends_is_ended(opened: Open) -> None:
    host = opened(lambda visit: visit.drip(b"\x16", seconds=0.05))  # no TLS behind an address that should have it

    started = time.monotonic()
    error = refused(fetcher(public(leads_to=host), seconds=1.0), API)

    assert error.reason in ("timeout", "provider_down")
    assert not error.permanent
    assert time.monotonic() - started < 12


@pytest.mark.parametrize(
    ("status", "reason", "permanent"),
    [
        ("404 Not Found", "not_yet", False),
        ("410 Gone", "gone", True),
        ("401 Unauthorized", "credentials", False),
        ("429 Too Many", "throttled", False),
        ("500 Oops", "provider_down", False),
        ("503 Oops", "provider_down", False),
        ("204 No Content", "provider_down", False),
        ("206 Partial Content", "provider_down", False),
        ("302 Found", "provider_down", False),  # to nowhere
        ("400 Bad", "rejected", True),
    ],
)
def test_what_a_host_answers_is_said_in_our_words(opened: Open, status: str, reason: str, permanent: bool) -> None:
    base = opened(lambda visit: visit.answer(b"", status=status))

    error = refused(fetcher(Names(), base=base.url), base.url)

    assert (error.reason, error.permanent) == (reason, permanent)


@pytest.mark.parametrize(
    "said",
    [
        *(b"", b"rubbish\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n",
    ],
)  # fmt: skip
def test_an_answer_that_breaks_off_or_is_none_is_no_file(opened: Open, said: bytes) -> None:
    base = opened(lambda visit: visit.say(said))

    assert refused(fetcher(Names(), base=base.url), base.url).reason in ("provider_down", "not_theirs")


def test_a_name_that_nobody_knows_is_tried_again() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    fetching = Fetcher(Rules(first=FIRST, onward=ONWARD), resolve=resolve)

    assert (refused(fetching, API).reason, refused(fetching, API).permanent) == ("provider_down", False)


def test_no_proxy_and_no_password_file_of_the_operator_is_used(
    opened: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    base, proxy = opened(lambda visit: visit.answer(b"sound")), opened(lambda visit: visit.answer(b"proxied"))
    (tmp_path / ".netrc").write_text("default login me password word\n")
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))

    assert fetcher(Names(), base=base.url).fetch(base.url, most_bytes=MOST).data == b"sound"
    assert proxy.visits == []
    assert "Authorization" not in base.visits[0]
