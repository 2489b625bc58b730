from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Address, Line, Settings, SettingsError, load_settings

ACCOUNT = "AC" + "0" * 32
PATH_SECRET = "abcdefghijklmnopqrstuv"


def problems(env: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(env)
    return caught.value.problems


def test_nothing_need_be_set() -> None:
    settings = load_settings({})

    assert settings.on_sqlite
    assert settings.database_url == f"sqlite:///{settings.state_dir}/izwi.db"
    assert settings.boot_secret_file == settings.state_dir / "boot.secret"
    assert settings.redis_url is None
    assert settings.bind == Address("127.0.0.1", 8000)
    assert settings.doors == ("webhooks", "console")


def test_what_lives_in_the_state_folder_moves_with_it(tmp_path: Path) -> None:
    settings = load_settings({"IZWI_STATE_DIR": str(tmp_path)})

    assert settings.database_url == f"sqlite:///{tmp_path}/izwi.db"
    assert settings.boot_secret_file == tmp_path / "boot.secret"


def test_a_relative_path_is_made_absolute_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    settings = load_settings({"IZWI_STATE_DIR": "here", "IZWI_DATABASE_URL": "sqlite:///there.db"})

    assert settings.state_dir == tmp_path / "here"
    assert settings.database_url == f"sqlite:///{tmp_path}/there.db"


def test_all_that_is_wrong_is_said_at_once() -> None:
    said = problems(
        {
            "IZWI_WEB_THREADS": "many",
            "IZWI_REPORT_DAYS": "0",
            "IZWI_BIND": "nowhere",
            "IZWI_DOORS": "window",
            "IZWI_LOG_LEVEL": "loud",
            "IZWI_DEMO": "perhaps",
            "IZWI_LINES": "pigeon:1=text",
            "IZWI_HANDSET_LOGIN": "izwi",
            "IZWI_TWILO_ACCOUNT_SID": ACCOUNT,
        }
    )

    assert {sentence.split(":")[0] for sentence in said if ":" in sentence} == {
        "IZWI_WEB_THREADS",
        "IZWI_REPORT_DAYS",
        "IZWI_BIND",
        "IZWI_DOORS",
        "IZWI_LOG_LEVEL",
        "IZWI_DEMO",
        "IZWI_LINES",
        "IZWI_TWILO_ACCOUNT_SID",
    }
    assert "IZWI_WEB_THREADS: expected a whole number, not many." in said
    assert "IZWI_REPORT_DAYS: expected 1 or more, not 0." in said
    assert "IZWI_LOG_LEVEL: expected debug, info, warning or error, not loud." in said
    assert "IZWI_HANDSET_PASSWORD and IZWI_HANDSET_SIGNING_KEY must be set too, since IZWI_HANDSET_LOGIN is." in said


def test_a_wrong_state_folder_blames_no_other_setting() -> None:
    assert problems({"IZWI_WEB_THREADS": "x"}) == ["IZWI_WEB_THREADS: expected a whole number, not x."]


def test_a_slip_of_the_pen_is_named_with_what_was_meant() -> None:
    assert problems({"IZWI_TWILO_ACCOUNT_SID": ACCOUNT}) == [
        "IZWI_TWILO_ACCOUNT_SID: there is no such setting; did you mean IZWI_TWILIO_ACCOUNT_SID?"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "IZWI_TWILIO_AUTH_TOKEN",
        "IZWI_AFRICASTALKING_WEBHOOK_SECRET",
        "IZWI_DATABASE_URL",
        "IZWI_CASE_LOG_DATABASE_URL",
        "IZWI_REDIS_URL",
        "IZWI_FORWARD_WEBHOOK_URL",
    ],
)
def test_a_wrong_secret_is_never_shown(name: str) -> None:
    said = problems({name: "canary,canary,canary"})

    assert any(sentence.startswith(f"{name}: expected ") for sentence in said)
    assert "canary" not in "".join(said)


def test_no_secret_shows_in_the_repr_of_the_settings() -> None:
    settings = load_settings(
        {
            "IZWI_TWILIO_ACCOUNT_SID": ACCOUNT,
            "IZWI_TWILIO_AUTH_TOKEN": "canary1,canary2",
            "IZWI_AFRICASTALKING_USERNAME": "izwi",
            "IZWI_AFRICASTALKING_API_KEY": "canary3",
            "IZWI_AFRICASTALKING_WEBHOOK_SECRET": "canary4" * 4,
            "IZWI_HANDSET_LOGIN": "izwi",
            "IZWI_HANDSET_PASSWORD": "canary5",
            "IZWI_HANDSET_SIGNING_KEY": "canary6",
            "IZWI_DATABASE_URL": "postgresql://izwi:canary7@db/izwi",
            "IZWI_REDIS_URL": "redis://:canary8@redis:6379/0",
            "IZWI_FORWARD_WEBHOOK_URL": "https://canary9.example.org",
            "IZWI_FORWARD_WEBHOOK_SECRET": "canary10",
        }
    )

    assert "canary" not in repr(settings)
    assert "canary" not in str(settings)
    assert [token.get_secret_value() for token in settings.twilio_auth_token] == ["canary1", "canary2"]
    assert settings.database_url == "postgresql+psycopg://izwi:canary7@db/izwi"
    assert not settings.on_sqlite


def test_a_secret_may_be_given_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-a-file\n")
    env = {"IZWI_TWILIO_ACCOUNT_SID": ACCOUNT, "IZWI_TWILIO_AUTH_TOKEN_FILE": str(tmp_path / "token")}

    settings = load_settings(env)

    assert settings.twilio_auth_token[0].get_secret_value() == "from-a-file"
    assert problems(env | {"IZWI_TWILIO_AUTH_TOKEN": "too"}) == [
        "IZWI_TWILIO_AUTH_TOKEN and IZWI_TWILIO_AUTH_TOKEN_FILE: expected one of the two, not both."
    ]


def test_a_secret_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    said = problems({"IZWI_HANDSET_PASSWORD_FILE": str(tmp_path / "absent")})

    assert said == ["IZWI_HANDSET_PASSWORD_FILE: expected a text file that this user can read."]


def test_several_web_processes_are_refused_on_sqlite_with_the_reason() -> None:
    (said,) = problems({"IZWI_WEB_PROCESSES": "2"})

    assert said.startswith("IZWI_WEB_PROCESSES: expected 1, because several processes that write to SQLite")
    assert load_settings({"IZWI_WEB_PROCESSES": "2", "IZWI_DATABASE_URL": "postgresql://db/izwi"}).web_processes == 2


def test_the_two_addresses_must_differ() -> None:
    assert problems({"IZWI_BIND": "127.0.0.1:8001"}) == ["IZWI_BIND and IZWI_OPS_BIND: expected two different addresses."]


def test_a_short_path_secret_is_refused_and_two_long_ones_are_taken() -> None:
    env = {"IZWI_AFRICASTALKING_USERNAME": "izwi", "IZWI_AFRICASTALKING_API_KEY": "key"}

    settings = load_settings(env | {"IZWI_AFRICASTALKING_WEBHOOK_SECRET": f"{PATH_SECRET},{PATH_SECRET}2"})

    assert len(settings.africastalking_webhook_secret) == 2
    for wrong in ("short", f"{PATH_SECRET},short", "with/a/slash/in/the/middle"):
        assert "each of 22 or more" in problems(env | {"IZWI_AFRICASTALKING_WEBHOOK_SECRET": wrong})[0]


def test_lines_say_whose_they_are_and_what_they_do() -> None:
    settings = load_settings({"IZWI_LINES": "twilio:+12065550100=text+voice, africastalking:33000=text"})

    assert settings.lines == (
        Line("twilio", "+12065550100", frozenset({"text", "voice"})),
        Line("africastalking", "33000", frozenset({"text"})),
    )
    assert str(settings.lines[0]) == "twilio:+12065550100=text+voice"
    assert problems({"IZWI_LINES": "twilio:1=text,twilio:1=voice"})[0].startswith("IZWI_LINES: expected each line once")


def test_source_addresses_are_networks() -> None:
    settings = load_settings({"IZWI_AFRICASTALKING_SOURCES": "192.0.2.0/24,198.51.100.7"})

    assert [str(network) for network in settings.africastalking_sources] == ["192.0.2.0/24", "198.51.100.7/32"]


def test_an_empty_value_counts_as_not_set() -> None:
    assert load_settings({"IZWI_REDIS_URL": "", "IZWI_WEB_THREADS": " "}) == load_settings({})


def test_settings_are_frozen_and_take_nothing_from_the_environment_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IZWI_WEB_THREADS", "3")

    settings = Settings()

    assert settings.web_threads == 8
    assert load_settings().web_threads == 3
    with pytest.raises(ValueError, match="frozen"):
        settings.web_threads = 4  # type: ignore[misc]  # that it is frozen is what is tested


@given(st.sampled_from(sorted(Settings.model_fields)), st.text(min_size=1, max_size=60))
def test_any_value_is_either_taken_or_named(name: str, value: str) -> None:
    env_name = f"IZWI_{name.upper()}"

    try:
        load_settings({env_name: value})
    except SettingsError as error:
        assert all(env_name in sentence for sentence in error.problems)


@pytest.mark.parametrize("value", ["/srv/blobs", "file:///srv/blobs"])
def test_blobs_are_kept_in_a_folder(value: str) -> None:
    assert load_settings({"IZWI_BLOB_URL": value}).blob_url == Path("/srv/blobs")
    assert load_settings({"IZWI_STATE_DIR": "/srv/izwi"}).blob_url == Path("/srv/izwi/blobs")


@pytest.mark.parametrize("value", ["s3://bucket/x", "file://host/srv", "file:///", "https://x.example.org/y"])
def test_another_store_of_blobs_is_not_known_and_said_so(value: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings({"IZWI_BLOB_URL": value})

    assert "IZWI_BLOB_URL" in str(raised.value)
