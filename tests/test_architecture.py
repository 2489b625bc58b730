import shutil
import subprocess
import sys
from pathlib import Path

from config.settings import ROOT


def lint_imports(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--config", ".importlinter"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=110)


def test_every_import_points_inward() -> None:
    ended = lint_imports(ROOT)

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_rule_that_guards_the_imports_can_fail(tmp_path: Path) -> None:
    for name in ("gateway", "handlers", "storage", "config"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    with (tmp_path / "handlers" / "events.py").open("a", encoding="utf-8") as events:
        events.write("\nimport storage.tables  # noqa\nimport flask  # noqa\n")

    ended = lint_imports(tmp_path)

    assert ended.returncode == 1
    assert "handlers.events -> storage.tables" in ended.stdout
    assert "handlers.events -> flask" in ended.stdout
