"""The interfaces under ``/api`` and the health pages: what goes in, what comes out, and how each fault is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from assistant.api.errors import FAULTS, problem_of
from assistant.blocks import Blocks, from_records, prose
from assistant.keeping.live import LiveAssistant
from corpus.errors import ReadError

ZHANJIANG = "zhanjiang-2019-hospital-reform"
QUESTION = "湛府〔2019〕13号的药品耗材集中采购制度改革谁牵头"


def told(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The fault, checked for its form: RFC 9457, Chinese, no trace of the program."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    found = answer.json()
    assert (found["status"], found["code"]) == (status, code)
    assert found["title"] == FAULTS[code].title and found["type"] == f"/api/docs#error-{code}"
    assert any("一" <= char <= "鿿" for char in found["detail"])
    assert "Traceback" not in answer.text and ".py" not in answer.text
    return found


def test_an_answer_with_its_citations(api: httpx.Client, live: LiveAssistant) -> None:
    answer = api.post("/api/ask", json={"question": QUESTION, "region": "广东省湛江市"})
    assert answer.status_code == 200
    found = answer.json()
    assert not found["refused"] and found["citations"]
    for cited in found["citations"]:
        text = live.corpus.get(cited["notice_id"]).text
        assert text[cited["start"] : cited["end"]] == cited["quote"]
    answer = live.ask(QUESTION)
    assert found["answer"] == answer.text and from_records(found["blocks"]) == answer.blocks


def test_a_streamed_answer_grows_and_ends_with_the_same(api: httpx.Client) -> None:
    with api.stream("POST", "/api/ask", json={"question": QUESTION, "stream": True}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        events = [block.split("\n") for block in stream.read().decode().strip().split("\n\n")]
    names = [lines[0].removeprefix("event: ") for lines in events]
    assert names[-1] == "answer" and set(names[:-1]) <= {"text"}
    last = json.loads(events[-1][1].removeprefix("data: "))
    assert last["answer"] == api.post("/api/ask", json={"question": QUESTION}).json()["answer"]


def test_history_and_place_are_honoured(api: httpx.Client) -> None:
    before = [{"role": "user", "content": "湛江的院长年薪怎么定"}, {"role": "assistant", "content": "……"}]
    found = api.post("/api/ask", json={"question": "那谁负责？", "history": before}).json()
    assert found["scope"]["region"] == "广东省/湛江市" and found["scope"]["carried"]


def test_the_other_ways_of_asking(api: httpx.Client, live: LiveAssistant) -> None:
    verdicts = api.post("/api/applicable", json={"region": "广东省/湛江市", "as_of": "2020-06-01"}).json()
    assert {one["binding"] for one in verdicts if one["notice_id"] == ZHANJIANG} == {"适用"}
    assert len(verdicts) == len(live.corpus)
    duties = api.post("/api/duties", json={"region": "广东省/湛江市", "as_of": "2020-06-01"}).json()
    assert duties and all(one["clause"]["quote"] for one in duties)
    only = api.post("/api/duties", json={"region": "广东省/湛江市", "notice": "湛府〔2019〕13号", "dated": True}).json()
    assert {one["notice_id"] for one in only} <= {ZHANJIANG} and all(one["deadline"] for one in only)
    assert api.post("/api/duties?format=xlsx", json={"region": "广东省/湛江市"}).content[:2] == b"PK"
    table = api.post("/api/compare", json={"regions": ["四川省资阳市", "广东省/湛江市"], "topic": "院长年薪"}).json()
    assert table["kind"] == "comparison"


def test_claims_and_drafts(api: httpx.Client, live: LiveAssistant) -> None:
    notice = live.corpus.get(ZHANJIANG)
    article = next(one for one in notice.articles if one.level >= 2 and "。" in notice.quote(one.span))
    said = notice.quote(article.span).split("。")[1 if notice.quote(article.span).count("。") > 1 else 0].strip() + "。"
    given = {"claim": said, "passages": [{"notice": notice.number, "text": notice.quote(article.span)}]}
    assert api.post("/api/verify", json=given).json()["verdict"] == "supported"
    draft = api.post(
        "/api/verify/draft", json={"text": f"{said}\n按照湛府〔1919〕99号，免费发放拖拉机10000台。"}
    ).json()
    assert draft["counts"]["supported"] >= 0 and len(draft["sentences"]) == 2
    page = api.post("/api/verify/file?format=html", files={"file": ("稿.txt", said.encode(), "text/plain")})
    assert page.status_code == 200 and "核对报告" in page.text
    told(api.post("/api/verify/file", files={"file": ("x.docx", b"PK\x03\x04broken", "x/y")}), 422, "unreadable")
    told(api.post("/api/verify/draft", json={"text": "标题"}), 422, "bad_request")


def test_notices_are_listed_searched_read_and_compared(api: httpx.Client, live: LiveAssistant) -> None:
    listed = api.get("/api/notices").json()
    assert listed["total"] == len(live.corpus) == len(listed["notices"])
    dates = [one["issued_on"] for one in listed["notices"]]
    assert dates == sorted(dates, reverse=True)
    assert [one["id"] for one in api.get("/api/notices", params={"year": 2019}).json()["notices"]] == [ZHANJIANG]
    first = api.get("/api/notices", params={"limit": 1, "offset": 1}).json()
    assert first["total"] == len(live.corpus) and len(first["notices"]) == 1
    full = api.get("/api/notices/湛府〔2019〕13号").json()
    assert full["id"] == ZHANJIANG and full["text"] == live.corpus.get(ZHANJIANG).text
    items = api.get(f"/api/notices/{ZHANJIANG}/articles", params={"path": "一、"}).json()
    assert items and all(full["text"][one["start"] : one["end"]] == one["text"] for one in items)
    hits = api.post("/api/search", json={"query": "院长年薪", "top_k": 3, "notices": ["湛府〔2019〕13号"]}).json()
    assert len(hits) == 3 and {one["notice_id"] for one in hits} == {ZHANJIANG}
    differs = api.get("/api/diff", params={"a": ZHANJIANG, "b": "ziyang-2017-pilot-plan"}).json()
    assert differs["a"]["id"] == ZHANJIANG and differs["differences"]


def test_the_page_of_a_notice_marks_the_clause_and_escapes(api: httpx.Client, live: LiveAssistant) -> None:
    from dataclasses import replace

    from assistant.api.clause_page import clause_page

    text = live.corpus.get(ZHANJIANG).text
    page = api.get(f"/api/notices/{ZHANJIANG}/page", params={"start": 10, "end": 20}).text
    assert f"<mark id=cited>{text[10:20]}</mark>" in page
    assert "<mark id=cited>" not in api.get(f"/api/notices/{ZHANJIANG}/page", params={"start": 10**8, "end": 3}).text
    evil = replace(live.corpus.get(ZHANJIANG), text="<script>x</script>" * 3, title="<img src=x onerror=y>")
    assert "<script" not in clause_page(evil, 3, 9) and "<img" not in clause_page(evil)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/api/ask", b"{", 400, "bad_json"),
        ("POST", "/api/ask", b"[" * 100_000, 400, "bad_json"),
        ("POST", "/api/ask", '{"question": "年薪"}'.encode("gbk"), 400, "bad_json"),
        ("POST", "/api/ask", b'{"question": ' + b"9" * 6000 + b"}", 400, "bad_json"),
        ("POST", "/api/ask", b"null", 422, "bad_request"),
        ("POST", "/api/ask", b'{"question": 3}', 422, "bad_request"),
        ("POST", "/api/ask", b"{}", 422, "bad_request"),
        ("POST", "/api/ask", b'{"question": "\\ud800"}', 422, "bad_request"),
        ("POST", "/api/ask", b'{"question": "x", "quetsion": "y"}', 422, "bad_request"),
        ("POST", "/api/ask", b'{"question": "  "}', 422, "bad_question"),
        ("POST", "/api/ask", b'{"question": "x", "stream": true, "region": "\xe4\xba\x9a\xe7\x89\xb9\xe5\x85\xb0"}', 422, "bad_scope"),
        ("POST", "/api/ask", b'{"question": " ", "stream": true}', 422, "bad_question"),
        ("POST", "/api/ask", b'{"question": "x", "as_of": "2019-02-31"}', 422, "bad_scope"),
        ("POST", "/api/ask", b'{"question": "x", "history": [{"role": "god", "content": ""}]}', 422, "bad_request"),
        ("POST", "/api/applicable", b'{"region": "\xe6\xb9\x9b\xe6\xb1\x9f", "kind": "\xe9\xa3\x9e\xe8\x88\xb9"}', 422, "bad_scope"),
        ("POST", "/api/ask", b'{"question": "' + b"x" * 9_000_000 + b'"}', 413, "too_large"),
        ("GET", "/api/ask", b"", 405, "method"),
        ("GET", "/api/nothing", b"", 404, "not_found"),
        ("PUT", "/v1/nothing", b"", 404, "not_found"),
        ("GET", "/api/notices/none-of-these", b"", 404, "unknown_notice"),
        ("GET", "/api/notices/..%2f..%2fetc%2fpasswd", b"", 404, "not_found"),
        ("GET", "/api/notices?limit=x", b"", 422, "bad_request"),
        ("GET", "/api/diff?a=" + ZHANJIANG, b"", 404, "unknown_notice"),
        ("DELETE", "/api/notices/none-of-these", b"", 404, "unknown_notice"),
        ("POST", "/api/notices", b"", 422, "bad_request"),
    ],
)  # fmt: skip
def test_bad_input_has_its_status_and_says_what_to_do(
    api: httpx.Client, method: str, path: str, body: bytes, status: int, code: str
) -> None:
    answer = api.request(method, path, content=body, headers={"content-type": "application/json"})
    found = told(answer, status, code)
    assert len(found["detail"]) < 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/search", {"query": "x", "notices": ["湛江", "\ud800"]}),
        ("/api/compare", {"regions": ["湛江", "\udfff甲"], "topic": "x"}),
        ("/api/verify", {"claim": "x", "passages": [{"notice": "\udfff", "text": "x"}]}),
        ("/v1/chat/completions", {"model": "policy-assistant", "messages": [{"role": "user", "content": [{"type": "text", "text": "\ud800"}]}]}),
        ("/v1/chat/completions", {"model": "policy-assistant", "messages": [{"role": "user", "content": "x"}], "metadata": {"region": ["\ud800"]}}),
    ],
)  # fmt: skip
def test_half_a_character_is_refused_at_any_depth(api: httpx.Client, path: str, body: dict[str, Any]) -> None:
    sent = api.post(path, content=json.dumps(body).encode(), headers={"content-type": "application/json"})
    told(sent, 422, "bad_request")


def test_a_draft_with_characters_that_word_cannot_hold_is_reported(api: httpx.Client) -> None:
    body = {"text": "湛江市全面取消\0公立医院的\x07药品加成。", "name": "稿\x01"}
    assert api.post("/api/verify/draft?format=docx", json=body).content.startswith(b"PK")


def test_a_body_without_length_is_bounded_too(api: httpx.Client) -> None:
    answer = api.post("/api/ask", content=(b"x" * 1_000_000 for _ in range(12)))
    told(answer, 413, "too_large")


def test_an_unexpected_fault_is_a_number_and_paths_stay_here(caplog: pytest.LogCaptureFixture) -> None:
    found = problem_of(RuntimeError("/root/secret/key.pem is missing"))
    assert found.status == 500 and "secret" not in found.detail
    assert found.detail.split("编号 ")[1][:8] in caplog.text
    assert "/srv/data" not in problem_of(ReadError("/srv/data/notices/a.txt", "坏了")).detail


def test_a_fault_in_the_middle_of_a_stream_is_told_in_it(live: LiveAssistant) -> None:
    from assistant.api.asking import _events

    def pieces() -> Any:
        yield prose("开头")
        raise RuntimeError("broken")

    *_, last = _events(live, pieces(), 0.0)
    assert last.startswith("event: error") and '"status": 500' in last and "broken" not in last


def test_too_many_at_once_are_told_to_come_back(live: LiveAssistant) -> None:
    from assistant.api.errors import ApiError
    from assistant.api.services import AT_ONCE, Services
    from assistant.types import Profile

    services = Services.local(live, live.settings)
    waiting = [services.stream(live, QUESTION, (), Profile()) for _ in range(AT_ONCE)]
    for one in waiting:
        next(one)
    with pytest.raises(ApiError) as caught:
        services.ask(live, QUESTION, (), Profile())
    assert caught.value.code == "too_many" and problem_of(caught.value).headers["retry-after"]
    for one in waiting:
        one.close()
    assert services.ask(live, QUESTION, (), Profile()).text
    assert 'event="limited"} 1' in services.metrics.text(notices=1, ready=True)


def test_a_client_that_leaves_frees_its_place(live: LiveAssistant) -> None:
    from assistant.api.services import AT_ONCE, Services
    from assistant.types import Profile

    class Slow:
        def stream(self, question: str, **_: Any) -> Iterator[Blocks]:
            yield prose("开头")
            yield prose("开头和后面")

    services = Services.local(live, live.settings)
    for _ in range(AT_ONCE + 1):
        pieces = services.stream(Slow(), QUESTION, (), Profile())  # type: ignore[arg-type]
        assert next(pieces) == prose("开头")
        del pieces
    assert f'event="stream_left"}} {AT_ONCE + 1}' in services.metrics.text(notices=1, ready=True)


def test_health_metrics_and_documents(api: httpx.Client, live: LiveAssistant) -> None:
    assert api.get("/health").json() == {"status": "ok"}
    assert api.get("/ready").json() == {"status": "ready"}
    api.post("/api/ask", json={"question": QUESTION})
    found = api.get("/metrics").text
    assert f"assistant_notices {len(live.corpus)}" in found and "assistant_ready 1" in found
    counted = [line for line in found.splitlines() if line.startswith("assistant_answer_seconds_count")]
    assert int(counted[0].split()[1]) >= 1
    page = api.get("/api/docs").text
    document = api.get("/api/openapi.json").json()
    for path, verbs in document["paths"].items():
        assert f"<code>{path}</code>" in page
        for one in verbs.values():
            assert any("一" <= char <= "鿿" for char in one["summary"]), path
            assert list(one["responses"]["4XX"]["content"]) == ["application/problem+json"], path
    assert "http://" not in page and "https://" not in page and "<script" not in page
    assert all(f'id="error-{code}"' in page for code in FAULTS)


def test_not_ready_is_503_with_the_remedy(live: LiveAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.api.health import ready
    from assistant.api.services import Services
    from index.errors import StoreError

    def broken(*_: Any, **__: Any) -> Any:
        raise StoreError("索引坏了。", "请重建。")

    monkeypatch.setattr(live.current.index, "search", broken)
    answer = ready(Services.local(live, live.settings))
    assert answer.status_code == 503 and "doctor --fix" in bytes(answer.body).decode()


def test_many_ask_at_once(served: str) -> None:
    codes: list[int] = []

    def one() -> None:
        codes.append(httpx.post(f"{served}/api/ask", json={"question": QUESTION}, timeout=250).status_code)

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [200] * 12
