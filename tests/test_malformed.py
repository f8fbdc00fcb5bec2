"""Requests that nobody should send, over every operation of the OpenAPI document: each has its status and its Chinese
sentence, none a stack trace, none hangs, and nothing half of what they brought is kept. ``FUZZ_REQUESTS`` says how many
(the whole: 10000)."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fakes import HashingEmbedder
from malformed import Malformed, Request
from service_fixtures import serving

from assistant.keeping.audit import Audit
from assistant.keeping.keeper import check
from assistant.keeping.live import LiveAssistant
from assistant.service import Assistant
from corpus.library import load_corpus
from index import Index

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "200"))
MOST_SECONDS, MOST_KILOBYTES = 5.0, 1_572_864
KEPT = "zhanjiang-2019-hospital-reform"
OURS = ("/api/", "/v1/")


@pytest.fixture(scope="module")
def own(hashed: Assistant, tmp_path_factory: pytest.TempPathFactory) -> LiveAssistant:
    """A library that the requests may change."""
    folder = tmp_path_factory.mktemp("malformed") / "var"
    shutil.copytree(hashed.settings.data_dir, folder)
    settings = hashed.settings.model_copy(update={"data_dir": folder})
    corpus, embedder = load_corpus(folder), HashingEmbedder()
    return LiveAssistant(Assistant(corpus, Index.open(settings.index_config(), corpus, embedder=embedder), settings))


@pytest.fixture(scope="module")
def address(own: LiveAssistant) -> Iterator[str]:
    from assistant.api.services import Services
    from assistant.application import behind_door, create_app

    with serving(behind_door(create_app(Services.local(own, own.settings)))) as found:
        yield found


def fault(request: Request, answer: httpx.Response) -> str:
    """What is wrong with the answer, "" where nothing is."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:300]}"
    if "Traceback" in answer.text or str(Path(__file__).parent.parent) in answer.text:
        return f"tells of this machine: {answer.text[:300]}"
    if answer.status_code < 400 or request.method == "HEAD" or not request.path.startswith(OURS):
        return ""
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return f"{answer.status_code} in another form: {answer.text[:200]}"
    if not any("一" <= char <= "鿿" for char in answer.json()["detail"]):
        return f"{answer.status_code} not in Chinese: {answer.text[:200]}"
    return ""


@pytest.mark.slow
@pytest.mark.timeout(5000)
@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")  # a form cut in the
# middle of a part: starlette leaves that part's file to the garbage collector
def test_no_malformed_request_breaks_it(address: str, own: LiveAssistant, tmp_path: Path) -> None:
    document = httpx.get(f"{address}/api/openapi.json", timeout=60).json()
    made = Malformed(document, (*(one.number or one.id for one in own.corpus.notices), KEPT))
    broken: list[str] = []
    told: dict[int, int] = {}
    before = resource.getrusage(
        resource.RUSAGE_CHILDREN
    ).ru_maxrss  # the largest of all before: a mark that never falls
    with httpx.Client(base_url=address, timeout=250) as client:
        for seed in range(REQUESTS):
            request = made.request(seed)
            if request.method == "DELETE" and any(one in request.path for one in _escaped(own)):
                continue  # that one is well-formed, and takes the library away
            begun = time.process_time()
            try:
                answer = client.request(
                    request.method, request.path, content=request.content, headers=list(request.headers)
                )
                told[answer.status_code] = told.get(answer.status_code, 0) + 1
                found = fault(request, answer)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                found = f"{type(error).__name__}: {error}"
            if (took := time.process_time() - begun) > MOST_SECONDS:
                found += f" took {took:.1f} s"
            if found:
                broken.append(
                    f"{seed}: {request.method} {request.path[:100]} {request.content[:120]!r} {request.headers}: {found}"
                )
    print(  # seen with -s
        f"{REQUESTS} requests, by status: {dict(sorted(told.items()))}, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss} kB"
    )
    assert not broken, f"{len(broken)}:\n" + "\n".join(broken[:20])
    own_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # a child is counted from the fork, with these pages
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before, own_peak, MOST_KILOBYTES)
    if REQUESTS >= 10_000:  # alone: other tests of the process take memory too
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MOST_KILOBYTES
    folder = own.settings.data_dir
    assert Audit(folder).verify().faults == ()
    assert not list(folder.glob("notices/.*")) and not (folder / "journal.json").exists()
    assert {one.id for one in load_corpus(folder).notices} == {one.id for one in own.corpus.notices}
    findings, _ = check(own.settings, embedder=HashingEmbedder())
    assert [one.message for one in findings if one.error] == []


def _escaped(own: LiveAssistant) -> set[str]:
    from urllib.parse import quote

    return {quote(name, safe="") for one in own.corpus.notices for name in (one.id, one.number or one.id)}


RAW = (
    b"GET\r\n\r\n", b"\0\0\0\0\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /api/notices HTTP/1.1\r\nhost: 127.0.0.1\r\nx: " + b"a" * 200_000 + b"\r\n\r\n",
    b"POST /api/ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: -1\r\n\r\n", b"POST /api/ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: \xb2\r\n\r\n",
    b"POST /api/ask HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
    b"POST /api/ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\ncontent-length: 3\r\n\r\n{}",
    b"GET /api/notices HTTP/1.1\r\n\r\n", b"GET /api/notices HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", b"\x16\x03\x01\x02\x00\x01",
    "GET /api/通知 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode(), b"CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n",
    b"GET http://127.0.0.1/api/notices HTTP/1.1\r\nhost: evil.example\r\n\r\n",  # the door reads the Host header
    b"GET /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: x\r\n\r\n",
)  # fmt: skip


@pytest.mark.parametrize("sent", RAW)
def test_what_is_no_request_at_all_is_refused_and_the_next_one_is_answered(address: str, sent: bytes) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(sent)  # this side stays open: a server may drop unanswered what was hung up on
        got = line.recv(65536)
        line.shutdown(socket.SHUT_WR)
        try:
            while piece := line.recv(65536):
                got += piece
        except ConnectionError:
            pass
    assert got.startswith(b"HTTP/1.1 4") and b"Traceback" not in got
    assert httpx.get(f"{address}/health", timeout=60).json() == {"status": "ok"}
