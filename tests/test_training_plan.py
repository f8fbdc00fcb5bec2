"""``python -m training all``: the steps in order, what is left out for want of documents, and where a failure stops."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from training.__main__ import main
from training.plan import STEPS, given, run


def asked(**given_: object) -> argparse.Namespace:
    return argparse.Namespace(**{"docs": None, "units": None, "claims": None, **given_})


def test_without_documents_the_steps_that_need_them_are_left_out_and_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    started: list[list[str]] = []
    assert run(asked(), start=lambda command: started.append(command) or 0) == 0
    assert [command[2:4] for command in started] == [[s.program, s.name] for s in STEPS if not s.needs]
    printed = capsys.readouterr().out
    assert "跳过 verdict：需要" in printed and "--docs" in printed
    assert "跳过 rule：需要" in printed and "--units" in printed


def test_with_documents_every_step_runs_in_order(tmp_path: Path) -> None:
    started: list[list[str]] = []
    everything = asked(docs=tmp_path, units=tmp_path, claims=[tmp_path / "a.tsv"])
    assert run(everything, start=lambda command: started.append(command) or 0) == 0
    assert [command[3] for command in started] == [step.name for step in STEPS]
    rule = next(command for command in started if command[3] == "rule")
    before = next(command for command in started if "--hold-out" in command)
    assert rule[rule.index("--reader") + 1] == before[before.index("--write") + 1]


def test_a_folder_that_is_not_there_is_no_document(tmp_path: Path) -> None:
    assert given(asked(docs=tmp_path / "nowhere", units=tmp_path)) == frozenset()


def test_the_first_failure_stops_the_rest() -> None:
    started: list[list[str]] = []
    assert run(asked(), start=lambda command: started.append(command) or 2) == 2
    assert len(started) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rule", "--units", "nowhere", "--claims", "x.tsv"], "没有 nowhere"),
        (["entailment", "--units", ".", "--claims", "x.tsv"], "没有 x.tsv"),
        (["verdict", "--docs", "nowhere"], "没有目录 nowhere"),
        (["reader", "--write", "nowhere/x.npz"], "没有目录 nowhere"),
        (["rule", "--units", ".", "--claims", ".", "--write"], "--reader"),
    ],
)
def test_bad_input_is_a_message_and_exit_code_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("step", ["router", "reader", "verdict", "entailment", "rule", "polarity", "fit", "all"])
def test_every_step_explains_itself_in_chinese(step: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([step, "--help"])
    assert ended.value.code == 0
    assert any("\u4e00" <= c <= "\u9fff" for c in capsys.readouterr().out)
