"""A real, very small model behind a real endpoint: it streams, stops when left, times out, and can say nothing unsupported.

The model (135M parameters) cannot answer such questions and writes no markers. So that the gate is tried and not only
the missing markers, its sentences are also given markers of their own before they are judged.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import llm_server
import pytest

from assistant.llm.client import Delta, Endpoint
from assistant.llm.writing import Writer
from assistant.service import Assistant
from assistant.settings import LlmSettings, Settings
from evals.systems import from_answer
from evals.unsupported import unsupported

QUESTIONS = int(os.environ.get("LLM_TEST_QUESTIONS", "4"))
"""How many questions are asked; 40 take some minutes on two cores."""
_TOPICS = ("取消医用耗材加成", "按病种付费的病种", "家庭医生签约", "公立医院薪酬", "医联体建设", "药品采购", "远程医疗", "县域内住院率",
           "院长聘任", "医疗服务价格", "医保支付方式", "村卫生站建设", "人员编制", "信息化建设", "双向转诊")  # fmt: skip
_ASKED = ("湛江{}要达到多少？", "湛江{}什么时候完成？", "湛江{}怎么规定？")

pytestmark = pytest.mark.slow


def _readable(stream: Any, *, seconds: float) -> bool:
    """Whether ``stream`` has something to read within ``seconds``; for any number of open files."""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        return bool(selector.select(seconds))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    reason = llm_server.missing()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    command = [sys.executable, str(Path(llm_server.__file__)), "900"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            assert _readable(server.stdout, seconds=90), "the model server did not start within 90 seconds"
            yield server.stdout.readline().strip() + "/v1"
        finally:
            server.terminate()
            server.wait(20)


def settings(address: str, **changes: object) -> LlmSettings:
    values = {"context_tokens": 560, "max_tokens": 64, "timeout_seconds": 240.0, "first_token_seconds": 200.0}
    return LlmSettings(base_url=address, model="smollm2", max_retries=0, **{**values, **changes})


@pytest.fixture(scope="module")
def assistant(one_notice_dir: Path, address: str) -> Assistant:
    base = Settings.load(data_dir=one_notice_dir)
    answer = base.answer.model_copy(update={"answerer": "llm"})
    return Assistant.from_settings(base.model_copy(update={"llm": settings(address), "answer": answer}))


class Marking:
    """The real model, each of its sentences given the markers of the first two passages."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.text = ""

    def complete(self, system: str, user: str) -> Generator[Delta, None, None]:
        for piece in self._endpoint.complete(system, user):
            self.text += piece.text
            text = piece.text.replace("。", "[1][2]。").replace("，", "[1][2]。").replace("\n", "[1][2]。\n")
            yield Delta(text, piece.reasoning, piece.finish)


def test_it_streams_and_can_be_left(address):
    pieces = Endpoint(settings(address, max_tokens=2000)).complete("", "用中文写一篇一千字的文章，介绍中国的医院。")
    assert next(pieces).text
    assert next(pieces).text
    started = time.monotonic()
    pieces.close()
    assert time.monotonic() - started < 5


def test_it_falls_back_when_time_is_up(assistant, address):
    model = Endpoint(settings(address, first_token_seconds=0.05, timeout_seconds=0.1))
    answer = ask(assistant, model, "湛江取消医用耗材加成的钱怎么补？")
    assert answer.mode == "fallback"
    assert "ASSISTANT_LLM__FIRST_TOKEN_SECONDS" in answer.notes[-1]
    assert answer.citations


@pytest.mark.timeout(1800)
def test_nothing_unsupported_is_shown(assistant, address):
    questions = [how.format(topic) for how in _ASKED for topic in _TOPICS][:QUESTIONS]
    written = answered = 0
    for question in questions:
        model = Marking(Endpoint(settings(address)))
        answer = ask(assistant, model, question)
        written += bool(model.text)
        answered += not answer.refused
        assert unsupported(from_answer(answer)) == (), answer.text
        assert all(assistant.corpus.get(c.notice_id).text[c.start : c.end] == c.quote for c in answer.citations)
    assert answered
    assert written or QUESTIONS < 4, "the model wrote nothing for any question: the endpoint was not tried"


def ask(assistant: Assistant, model: object, question: str):
    writer = assistant._writer
    assert isinstance(writer, Writer)
    kept, writer._model = writer._model, model
    try:
        return assistant.ask(question)
    finally:
        writer._model = kept
