"""Nothing leaves this machine that was not configured: every address that Python code of the process turns to is watched."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from corpus_fakes import TinyEmbedder, plain_notice, settings_for
from fakes import HashingEmbedder, PassageCorpus, made_up_notices, passages_by_line
from store_servers import needs_milvus

from assistant.keeping.backup import backup, restore
from assistant.keeping.keeper import add, check, remove
from corpus.library import load_corpus
from corpus.shelf import write_tombstones
from index import Index, IndexConfig, build_index

_SEEN: list[str] | None = None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _SEEN is None or event not in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        return
    address = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments
    _SEEN.append(str(address[0]) if isinstance(address, tuple) else "")  # a path is a socket of this machine


sys.addaudithook(_watch)


@pytest.fixture
def seen() -> Iterator[list[str]]:
    """Hosts turned to while the test runs."""
    global _SEEN
    _SEEN = found = []
    yield found
    _SEEN = None


def elsewhere(hosts: list[str]) -> set[str]:
    def is_here(host: str) -> bool:
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host in ("", "localhost", "None")

    return {host for host in hosts if not is_here(host)}


def test_the_watch_sees(seen: list[str]) -> None:
    socket.getaddrinfo("203.0.113.1", 80)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.connect(("203.0.113.2", 9))  # of a datagram socket: nothing is sent
    assert elsewhere(seen) == {"203.0.113.1", "203.0.113.2"}


def test_asking_searching_and_verifying_turn_to_nobody(seen: list[str], served: str) -> None:
    question = "湛江的院长年薪怎么定"
    for path, body in (
        ("/api/ask", {"question": question}),
        ("/api/search", {"query": question}),
        ("/api/verify", {"claim": "湛江市的院长实行年薪制。"}),
        ("/api/applicable", {"region": "广东省/湛江市"}),
        ("/v1/chat/completions", {"model": "policy-assistant", "messages": [{"role": "user", "content": question}]}),
    ):
        assert httpx.post(served + path, json=body, timeout=250).status_code == 200
    assert seen and not elsewhere(seen)


@needs_milvus
@pytest.mark.skipif(not Path("/proc/net/tcp").is_file(), reason="sees connections through /proc")
def test_milvus_lite_turns_to_nobody(seen: list[str], tmp_path: Path) -> None:
    """Its engine connects below Python, so the connections that this process holds are looked at too."""
    corpus = PassageCorpus(tuple(p for n in made_up_notices() for p in passages_by_line(n)))
    config = IndexConfig(tmp_path, store_url="milvus:store.db")
    build_index(corpus, config, embedder=HashingEmbedder())
    index = Index.open(config, corpus, embedder=HashingEmbedder())
    assert index.search("远程会诊", top_k=1)
    assert not elsewhere(seen)
    here = connected()
    assert here and all(ipaddress.ip_address(one).is_loopback for one in here)


def connected() -> set[str]:
    """Addresses this process is connected to."""
    mine = {str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if f"socket:[{fields[9]}]" in mine and fields[3] == "01":
                raw = bytes.fromhex(fields[2].partition(":")[0])
                words = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
                address = ipaddress.ip_address(words)
                found.add(str(getattr(address, "ipv4_mapped", None) or address))
    return found


def test_keeping_indexing_backing_up_and_mending_turn_to_nobody(seen: list[str], tmp_path: Path) -> None:
    var, file = tmp_path / "var", tmp_path / "文.txt"
    write_tombstones(var, [notice.id for notice in load_corpus().notices])
    file.write_text(plain_notice(), encoding="utf-8")
    settings = settings_for(var)
    assert not add(settings, [file], embedder=TinyEmbedder()).failed
    corpus = load_corpus(var)
    assert Index.open(settings.index_config(), corpus, embedder=TinyEmbedder()).search("远程会诊", top_k=1)
    check(settings, fix=True, embedder=TinyEmbedder())
    backup(var, tmp_path / "备份.zip")
    restore(tmp_path / "备份.zip", tmp_path / "new")
    remove(settings, corpus.notices[0].id, embedder=TinyEmbedder())
    assert not elsewhere(seen)
