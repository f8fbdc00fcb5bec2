"""``/v1`` as the official client and chat programs speak it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

from assistant.api.chat import MODEL, ChatIn, _chunks, read_messages
from assistant.blocks import Blocks, Marker, Paragraph, Text, prose
from assistant.keeping.live import LiveAssistant
from assistant.types import Answer, Citation

QUESTION = "湛府〔2019〕13号的药品耗材集中采购制度改革谁牵头"


@pytest.fixture
def client(served: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{served}/v1", api_key="none", max_retries=0, timeout=250) as found:
        yield found


def ask(client: openai.OpenAI, *said: tuple[str, str], **more: Any) -> Any:
    messages: Any = [{"role": role, "content": content} for role, content in said]
    return client.chat.completions.create(model=MODEL, messages=messages, **more)


def test_models(client: openai.OpenAI) -> None:
    assert [one.id for one in client.models.list()] == [MODEL]
    assert client.models.retrieve(MODEL).object == "model"
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("gpt-9")
    assert caught.value.code == "unknown_model" and MODEL in caught.value.message


def test_an_answer_with_annotations_that_open_the_clause(client: openai.OpenAI, live: LiveAssistant) -> None:
    found = ask(client, ("user", QUESTION))
    message = found.choices[0].message
    answer = live.ask(QUESTION)
    assert message.content.startswith(answer.text) and "依据：" in message.content
    assert len(message.annotations) == len(answer.citations)
    for one, cited in zip(message.annotations, answer.citations, strict=True):
        at = one.url_citation
        assert message.content[at.start_index : at.end_index] == f"[{cited.marker}]"
        page = httpx.get(at.url.partition("#")[0], timeout=250).text
        assert cited.quote.split("\n")[0][:40] in page and "<mark id=cited>" in page
    assert found.usage.total_tokens == found.usage.prompt_tokens + found.usage.completion_tokens > 0


def test_a_stream_gives_the_same(client: openai.OpenAI) -> None:
    whole = ask(client, ("user", QUESTION)).choices[0].message
    text, noted, finished, usage = "", [], [], None
    for chunk in ask(client, ("user", QUESTION), stream=True, stream_options={"include_usage": True}):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            noted += getattr(choice.delta, "annotations", None) or []
            finished.append(choice.finish_reason)
    assert text == whole.content
    assert [one["url_citation"]["url"] for one in noted] == [one.url_citation.url for one in whole.annotations]
    assert finished[-1] == "stop" and usage and usage.total_tokens > 0


def test_the_asynchronous_client(served: str) -> None:
    import anyio

    async def run() -> str:
        async with openai.AsyncOpenAI(base_url=f"{served}/v1", api_key="none", max_retries=0, timeout=250) as client:
            messages: Any = [{"role": "user", "content": QUESTION}]
            stream = await client.chat.completions.create(model=MODEL, messages=messages, stream=True)
            return "".join([c.choices[0].delta.content or "" async for c in stream if c.choices])

    assert "依据：" in anyio.run(run)


def test_place_and_day_come_from_every_door(live: LiveAssistant) -> None:
    def scope(**more: Any) -> tuple[str | None, str]:
        body = {"model": MODEL, "messages": [{"role": "user", "content": "怎么规定"}], **more}
        _, _, profile = read_messages(ChatIn.model_validate(body))
        return profile.region, str(profile.as_of)

    wanted = ("广东省/湛江市", "2020-06-01")
    assert scope(region="广东省湛江市", as_of="2020-06-01") == wanted
    assert scope(metadata={"region": "广东省/湛江市", "as_of": "2020年6月1日"}) == wanted
    system = {"role": "system", "content": "你是助手。\n地区：广东省/湛江市\n日期: 2020-06-01\n"}
    assert scope(messages=[system, {"role": "user", "content": "怎么规定"}]) == wanted
    assert scope(messages=[system, {"role": "user", "content": "x"}], region="四川省/资阳市")[0] == "四川省/资阳市"
    assert scope() == (None, "None")


def test_history_is_honoured_without_our_own_list(client: openai.OpenAI) -> None:
    first = ask(client, ("user", "湛江的院长年薪怎么定")).choices[0].message.content
    said = [("user", "湛江的院长年薪怎么定"), ("assistant", first), ("user", "那谁负责？")]
    body = ChatIn.model_validate({"model": MODEL, "messages": [{"role": r, "content": c} for r, c in said]})
    question, history, _ = read_messages(body)
    assert question == "那谁负责？" and "依据：" in first and "依据：" not in history[1].content
    assert "湛江" in ask(client, *said).choices[0].message.content


def test_as_open_webui_calls_it(served: str) -> None:
    """Parts of text, parameters nobody knows, fields of its own; the answer comes as server-sent events."""
    body = {
        "model": MODEL, "stream": True, "temperature": 0.7, "max_tokens": 10, "chat_id": "c1", "session_id": "s",
        "features": {"web_search": False}, "metadata": {"chat_id": "c1"}, "tools": [], "user": {"name": "甲"},
        "messages": [
            {"role": "system", "content": "地区：广东省/湛江市"},
            {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
        ],
    }  # fmt: skip
    answer = httpx.post(f"{served}/v1/chat/completions", json=body, timeout=250)
    assert answer.status_code == 200 and answer.text.rstrip().endswith("data: [DONE]")


@pytest.mark.parametrize(
    ("change", "kind", "code"),
    [
        ({"model": "gpt-9"}, openai.NotFoundError, "unknown_model"),
        ({"messages": []}, openai.UnprocessableEntityError, "bad_request"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, openai.UnprocessableEntityError, "bad_request"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
         openai.UnprocessableEntityError, "bad_request"),
        ({"messages": [{"role": "user", "content": " "}], "stream": True}, openai.UnprocessableEntityError, "bad_question"),
        ({"n": 3}, openai.UnprocessableEntityError, "bad_request"),
        ({"extra_body": {"region": "亚特兰蒂斯"}}, openai.UnprocessableEntityError, "bad_scope"),
    ],
)  # fmt: skip
def test_faults_reach_the_client_as_its_own_errors(
    client: openai.OpenAI, change: dict[str, Any], kind: type[openai.APIStatusError], code: str
) -> None:
    body: dict[str, Any] = {"model": MODEL, "messages": [{"role": "user", "content": QUESTION}], **change}
    with pytest.raises(kind) as caught:
        client.chat.completions.create(**body)
    assert caught.value.code == code
    assert any("一" <= char <= "鿿" for char in caught.value.message)


def test_an_answer_that_takes_back_what_was_streamed_says_so() -> None:
    cited = Citation(1, "某号", "n-1", "题", "一、", "引文", 3, 5)
    quoted = (Paragraph((Text("摘录的回答"), Marker(1), Text("。"))),)
    pieces = iter([prose("模型写的一句[1]。"), Answer(quoted, citations=(cited,), mode="fallback")])
    chunks = [
        json.loads(line.removeprefix("data: "))
        for line in _chunks({"id": "x"}, pieces, "http://h", None)
        if "{" in line
    ]
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    text = "".join(delta.get("content", "") for delta in deltas)
    assert text.startswith("模型写的一句[1]。") and "没有通过核验" in text and "摘录的回答[1]。" in text
    (noted,) = next(delta["annotations"] for delta in deltas if "annotations" in delta)
    assert text[: noted["url_citation"]["end_index"]].endswith("摘录的回答[1]"), (
        "of the answer, not of what was taken back"
    )


def test_a_fault_in_the_middle_of_a_stream_is_an_error_chunk() -> None:
    def pieces() -> Iterator[Blocks | Answer]:
        yield prose("开头")
        raise RuntimeError("broken")

    *_, last = _chunks({"id": "x"}, pieces(), "http://h", None)
    assert '"error"' in last and "broken" not in last and "[DONE]" not in last
