from config.page import page
from config.settings import ROOT, Settings


def test_the_page_of_settings_says_what_the_class_says() -> None:
    written = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    assert written == page(), "run: .venv/bin/python -m config.page > docs/settings.md"


def test_every_setting_has_a_meaning_and_an_example() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.examples, name
