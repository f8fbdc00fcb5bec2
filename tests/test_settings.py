"""Settings: where they come from, what is refused, and the page that lists them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.cli import main
from assistant.commands.settings import page, read
from assistant.errors import SettingsError
from assistant.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def empty(clean_environment: Path) -> Path:
    return clean_environment


def test_defaults_need_no_file_and_no_variable() -> None:
    settings = Settings.load()
    assert settings.data_dir == Path("var")
    assert (settings.ui.host, settings.ui.port) == ("127.0.0.1", 7860)


def test_the_environment_wins_over_the_file(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty / "assistant.toml").write_text('today = 2020-06-01\n[ui]\nport = 1\nhost = "0.0.0.0"\n')
    monkeypatch.setenv("ASSISTANT_UI__PORT", "2")
    settings = Settings.load()
    assert (settings.ui.host, settings.ui.port, settings.today) == ("0.0.0.0", 2, date(2020, 6, 1))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("prot = 1", "prot"),
        ("[ui]\nprot = 1", "ui.prot（环境变量 ASSISTANT_UI__PROT）：不认识"),
        ('[ui]\nport = "x"', "ui.port"),
        ("[ui]\nport = 99999", "ui.port"),
        ("[ui", "不是有效的 TOML"),
    ],
)
def test_a_fault_in_the_file_is_named(content: str, said: str, empty: Path) -> None:
    (empty / "assistant.toml").write_text(content)
    with pytest.raises(SettingsError, match=r"settings\.md|TOML") as caught:
        Settings.load()
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["ASSISTANT_UI__PROT", "ASSISTANT_PORT", "ASSISTANT_LLM_API_KEY"])
def test_an_unknown_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsError, match=name):
        Settings.load()


def test_a_named_file_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CONFIG", "none.toml")
    with pytest.raises(SettingsError, match=r"none\.toml"):
        Settings.load()


def test_the_key_is_never_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ASSISTANT_LLM__API_KEY", "sk-verysecret")
    assert main(["settings"]) == 0
    assert main(["settings", "--json"]) == 0
    assert "verysecret" not in capsys.readouterr().out
    assert "verysecret" not in repr(Settings.load())


def test_values_that_cannot_change_an_answer_do_not_change_the_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.load()
    same = settings.model_copy(
        update={
            "data_dir": Path("/elsewhere"),
            "ui": settings.ui.model_copy(update={"port": 1}),
            "llm": settings.llm.model_copy(update={"api_key": SecretStr("x")}),
        }
    )
    assert same.hash == settings.hash
    assert settings.model_copy(update={"today": date(2020, 1, 1)}).hash != settings.hash


@pytest.mark.parametrize("dtype", ["auto", "fp32", "bf16"])
def test_every_number_format_allowed_is_one_the_embedder_takes(dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from index import load_embedder

    monkeypatch.setenv("ASSISTANT_EMBEDDING__DTYPE", dtype)
    load_embedder(Settings.load().index_config())


def test_the_table_has_every_setting_with_a_meaning() -> None:
    rows = list(read())
    leaves = {f"{name}.{key}" for name, f in Settings.model_fields.items() for key in _keys(f.annotation)}
    leaves |= {name for name, f in Settings.model_fields.items() if not _keys(f.annotation)}
    assert {row.key for row in rows} == leaves
    assert [row.key for row in rows if not row.meaning] == []


def _keys(annotation: object) -> list[str]:
    return list(getattr(annotation, "model_fields", ()))


def test_the_page_is_in_step() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == page() + "\n", "请运行 make docs"


def test_values_are_listed_with_what_was_changed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_UI__PORT", "8080")
    assert main(["settings", "--json"]) == 0
    rows = {row["variable"]: row for row in json.loads(capsys.readouterr().out)}
    assert (rows["ASSISTANT_UI__PORT"]["value"], rows["ASSISTANT_UI__PORT"]["default"]) == ("8080", "7860")


def test_an_empty_data_folder_is_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", "")
    assert Settings.load().data_dir == Path("var")
