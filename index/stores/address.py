"""Where a store is (向量库地址): what ``ASSISTANT_STORE__URL`` may say, taken apart once.

A password never stands in an address, because addresses are written into manifests and messages; it is a setting of its
own (``ASSISTANT_STORE__TOKEN``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

FORMS = "空（内嵌 Chroma）、http(s)://主机:端口（Chroma 服务）、milvus(+https)://主机:端口/库（Milvus 服务）或 milvus:文件.db（Milvus Lite）"
_SCHEMES = {"milvus": "http", "milvus+http": "http", "milvus+https": "https"}


@dataclass(frozen=True, slots=True)
class Address:
    """``uri`` is what the client is given, or of ``lite`` the path as written; ``database`` is Milvus's, "" for its default."""

    kind: Literal["embedded", "chroma", "milvus", "lite"]
    uri: str = ""
    database: str = ""

    @property
    def is_milvus(self) -> bool:
        return self.kind in ("milvus", "lite")

    def file(self, data_dir: Path) -> Path:
        """Where a Milvus Lite file is; a relative one lies in the data folder."""
        return data_dir / self.uri


def parse(url: str) -> Address:
    """The address that ``url`` writes.

    >>> parse("").kind, parse("http://chroma:8000").kind, parse("milvus:vectors.db").uri
    ('embedded', 'chroma', 'vectors.db')
    >>> parse("milvus+https://milvus.example:19530/policy")
    Address(kind='milvus', uri='https://milvus.example:19530', database='policy')

    Raises:
        ValueError: none of the forms, in Chinese.
    """
    if not url:
        return Address("embedded")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"写不成地址：{url}。可写：{FORMS}") from error
    if parts.username or parts.password:
        raise ValueError("地址里不要写用户名和密码，请写在 ASSISTANT_STORE__TOKEN")
    extra = parts.query or parts.fragment
    if parts.scheme == "milvus" and not parts.netloc and parts.path.endswith(".db") and not extra:
        return Address("lite", parts.path)
    place = f"{f'[{host}]' if ':' in host else host}:{port}" if port else host
    path = parts.path.strip("/")
    if parts.scheme in ("http", "https") and host and not path and not extra:
        return Address("chroma", f"{parts.scheme}://{place}")
    if parts.scheme in _SCHEMES and host and "/" not in path and not extra:
        return Address("milvus", f"{_SCHEMES[parts.scheme]}://{place}", path)
    raise ValueError(f"不认识的地址 {url}。可写：{FORMS}")
