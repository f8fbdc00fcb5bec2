"""What an IT department runs: the unit, the image, the compose file, the inventory, and what the manuals promise."""

from __future__ import annotations

import configparser
import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from browser import ROOT

from assistant.cli import COMMANDS
from assistant.settings import Settings


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_unit_takes_away_what_it_does_not_need() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(
        "\n".join(line for line in read("deploy/policy-assistant.service").splitlines() if line[:1] != "#")
    )
    service = unit["Service"]
    assert (
        service["User"] == "policy" and service["NoNewPrivileges"] == "yes" and service["CapabilityBoundingSet"] == ""
    )
    assert service["ProtectSystem"] == "strict" and service["UMask"] == "0077" and service["PrivateTmp"] == "yes"
    assert service["ExecStart"].endswith("/assistant serve") and service["Restart"] == "on-failure"


def test_the_image_runs_as_nobody_special_with_accounts_on() -> None:
    text = read("Dockerfile")
    assert re.search(r"^USER policy$", text, re.MULTILINE) and text.index("USER policy") > text.rindex("RUN ")
    assert "ASSISTANT_ACCOUNTS__ENABLED=true" in text and "--read-only" in text and "/ready" in text
    assert "ADD http" not in text and "curl" not in text


def test_the_compose_file_opens_one_port_and_drops_everything() -> None:
    yaml: Any = pytest.importorskip("yaml")
    services = yaml.safe_load(read("deploy/compose.yaml"))["services"]
    assert [name for name, one in services.items() if "ports" in one] == ["assistant"]
    assert services["assistant"]["ports"] == ["127.0.0.1:7860:7860"]
    for name in ("assistant", "chroma"):
        one = services[name]
        assert (
            one["read_only"] is True
            and one["cap_drop"] == ["ALL"]
            and one["security_opt"] == ["no-new-privileges:true"]
        )
    assert yaml.safe_load(read("deploy/compose.yaml"))["networks"]["back"]["internal"] is True
    assert services["vllm"]["profiles"] == ["model"]
    pinned = dict(line.split("==") for line in read("constraints.txt").splitlines() if "==" in line)
    assert services["chroma"]["image"].endswith(f":{pinned['chromadb']}")


@pytest.mark.parametrize(
    "name",
    ["docs/operations.md", "docs/security.md", "deploy/compose.yaml", "Dockerfile", "deploy/policy-assistant.service"],
)
def test_settings_commands_and_files_that_are_named_exist(name: str) -> None:
    text = read(name)
    known = {"ASSISTANT_CACHE_DIR", "ASSISTANT_CONFIG"}
    for field, found in Settings.model_fields.items():
        known.add(f"ASSISTANT_{field}".upper())
        known |= {f"ASSISTANT_{field}__{key}".upper() for key in getattr(found.annotation, "model_fields", {})}
    assert set(re.findall(r"\bASSISTANT_[A-Z_]+[A-Z]", text)) <= known
    assert set(re.findall(r"(?:`|/|sudo .* )assistant ([a-z]+)", text)) <= set(COMMANDS)
    for path in re.findall(r"`((?:tests|deploy|docs)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path
    assert set(re.findall(r"`?make ([a-z]+)", text)) <= set(
        re.findall(r"^([a-z]+):.*## ", read("Makefile"), re.MULTILINE)
    )


def inventory() -> Any:
    spec = importlib.util.spec_from_file_location("inventory", ROOT / "deploy" / "inventory.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["inventory"] = module
    spec.loader.exec_module(module)
    return module


def test_every_licence_is_known_and_may_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = inventory()
    assert made.main(tmp_path) == 0, capsys.readouterr().err
    assert '"bomFormat": "CycloneDX"' in (tmp_path / "sbom.json").read_text(encoding="utf-8")
    assert "gradio" in (tmp_path / "licences.csv").read_text(encoding="utf-8")
    bad = [
        made.Installed("x", "1", "AGPL-3.0-only"),
        made.Installed("y", "1", ""),
        made.Installed("z", "1", "LGPL-3.0"),
    ]
    assert len(list(made.faults(bad))) == 2
