"""Settings: one immutable object read from ``ASSISTANT_*`` variables and an optional TOML file.

Order, the later wins: defaults, the file named by ``ASSISTANT_CONFIG`` (default ``assistant.toml`` if present), the
environment (``ASSISTANT_UI__PORT``). An unknown key is an error that names it, in the file and in the environment alike.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from assistant.errors import SettingsError
from index.stores.address import FORMS, parse
from index.types import IndexConfig

_PREFIX = "ASSISTANT_"
_NOT_SETTINGS = {"ASSISTANT_CONFIG", "ASSISTANT_CACHE_DIR"}


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EmbeddingSettings(_Section):
    """Which embedding model makes the vectors."""

    model: str = Field("bundled", description="bundled（随包的 multilingual-e5-small）、本地目录或 Hugging Face 模型名")
    adapter: str = Field("auto", description="线性适配：auto（随包的，只用于内置模型）、none 或 .npz 文件")
    updates: str = Field(
        "auto", description="低秩更新：auto（随包的，只配随包的线性适配）、none 或放着两个 .npz 的目录"
    )
    query_prompt: str | None = Field(None, description="查询前缀；不填用模型自带的")
    passage_prompt: str | None = Field(None, description="段落前缀；不填用模型自带的")
    dtype: Literal["auto", "fp32", "bf16"] = Field("auto", description="计算精度")


class IndexSettings(_Section):
    """How notices are cut and searched."""

    max_tokens: int = Field(320, ge=64, le=4096, description="每段上限（o200k_base 词元）")
    rrf_k: int = Field(60, ge=1, description="RRF 常数 k")
    candidates: int = Field(100, ge=10, le=1000, description="融合前每路取多少段")
    breadcrumb: bool = Field(True, description="检索时在段前加地区、文号、标题路径")
    reranker: str = Field("", description="CrossEncoder 重排模型；空为不用")
    reader: str = Field("auto", description="阅读模型：auto（随包的，只配内置向量模型）、none 或 .npz 文件")
    entailment: str = Field("auto", description="断言阅读模型：auto（随包的，只配内置向量模型）、none 或 .npz 文件")


class StoreSettings(_Section):
    """Where the vectors are kept. The address alone switches; a password is never part of it."""

    url: str = Field("", description=f"向量库：{FORMS}；相对的文件在状态目录里。换库见 docs/operations.md")
    token: SecretStr = Field(
        SecretStr(""), description="向量库服务的口令：Milvus 的 用户:密码 或密钥；Chroma 前面代理的 Bearer"
    )

    @field_validator("url")
    @classmethod
    def _known(cls, url: str) -> str:
        parse(url)
        return url


class AnswerSettings(_Section):
    """What is answered and when not."""

    answerer: Literal["extractive", "llm"] = Field("extractive", description="回答方式：摘录（默认）或模型")
    mode: Literal["hybrid", "dense", "lexical"] = Field("hybrid", description="检索方式")
    understanding: bool = Field(True, description="是否做问题理解（关闭仅供评测对照）")
    gate: bool = Field(True, description="是否核验引文（关闭仅供评测对照）")
    top_k: int = Field(10, ge=1, le=100, description="返回的检索段数")
    max_question_chars: int = Field(2000, ge=10, description="问题长度上限（字）")


class LlmSettings(_Section):
    """An OpenAI-compatible endpoint; used when ``answer.answerer`` is ``llm``."""

    base_url: str = Field("", description="兼容 OpenAI 的接口地址")
    model: str = Field("", description="模型名")
    api_key: SecretStr = Field(SecretStr(""), description="密钥（不会写入日志）")
    temperature: float = Field(0.0, ge=0, le=2, description="采样温度")
    timeout_seconds: float = Field(60.0, gt=0, description="整次回答的时限（秒）")
    first_token_seconds: float = Field(30.0, gt=0, description="首字时限（秒）")
    max_retries: int = Field(1, ge=0, le=5, description="连接失败的重试次数")
    context_tokens: int = Field(6000, ge=512, description="提示词预算（词元）")
    max_tokens: int = Field(1024, ge=64, description="回答上限（词元）")
    concurrency: int = Field(4, ge=1, description="同时请求数上限")


class UiSettings(_Section):
    """Where the page listens."""

    host: str = Field("127.0.0.1", description="监听地址")
    port: int = Field(7860, ge=0, le=65535, description="端口")
    upload_megabytes: int = Field(50, ge=1, le=1024, description="上传文件上限（MB）")
    hosts: str = Field("", description="除本机名和 IP 外，还用哪些主机名访问；多个用逗号隔开")
    origins: str = Field("", description="哪些别的网站的脚本可以调用接口，如 https://portal.example；多个用逗号隔开")
    proxies: str = Field("", description="前面的反向代理的 IP，只信它们转告的来访地址和 https；多个用逗号隔开")


class AccountSettings(_Section):
    """Who may use it. Off only on the loopback address; see docs/operations.md."""

    enabled: bool = Field(False, description="是否要登录；监听本机以外的地址时必须为 true")
    session_hours: float = Field(12.0, gt=0, le=720, description="登录后多久必须重新登录（小时）")
    idle_minutes: float = Field(60.0, gt=0, description="多久不用就退出登录（分钟）")
    login_attempts: int = Field(5, ge=1, description="同一用户名或地址五分钟内最多输错几次密码")
    asks_per_minute: int = Field(60, ge=1, description="每个用户每分钟最多问几次")
    requests_per_minute: int = Field(3000, ge=10, description="每个地址每分钟最多请求几次")
    oidc_issuer: str = Field("", description="统一认证（OIDC）的 issuer 地址；空为只用本地用户")
    oidc_client_id: str = Field("", description="在统一认证登记的 client_id")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="client_secret（不会写入日志）")
    oidc_name_claim: str = Field("preferred_username", description="用哪一项作用户名")
    oidc_groups_claim: str = Field("groups", description="用哪一项作用户组")
    oidc_admin_group: str = Field("", description="这个组的人是管理员；空则统一认证来的都是读者")


def listed(text: str) -> tuple[str, ...]:
    """The parts of a setting that lists several, blanks left out.

    >>> listed("a.example, b.example ,")
    ('a.example', 'b.example')
    """
    return tuple(part.strip() for part in text.split(",") if part.strip())


class Settings(BaseSettings):
    """All settings. Build it with :meth:`load`, which turns faults into a :class:`SettingsError`."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    data_dir: Path = Field(Path("var"), description="状态目录：索引、新增文件、会话、审计")
    today: date | None = Field(None, description="当作今天的日期（默认系统日期）")
    embedding: EmbeddingSettings = EmbeddingSettings()
    index: IndexSettings = IndexSettings()
    store: StoreSettings = StoreSettings()
    answer: AnswerSettings = AnswerSettings()
    llm: LlmSettings = LlmSettings()
    ui: UiSettings = UiSettings()
    accounts: AccountSettings = AccountSettings()

    @field_validator("data_dir", mode="before")
    @classmethod
    def _never_where_one_stands(cls, value: object) -> object:
        """An empty setting is none: state is not spread over the folder that a command is called in."""
        return "var" if value == "" else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (env_settings, init_settings)

    @classmethod
    def load(cls, **overrides: Any) -> Settings:
        """Settings from file and environment; ``overrides`` (from the command line) win over both.

        Raises:
            SettingsError: unknown key or bad value; names it and says what is allowed.
        """
        values = _read_file()
        _reject_unknown_environment()
        try:
            loaded = cls(**values)
            return loaded.model_copy(update=overrides) if overrides else loaded
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            key = ".".join(str(part) for part in first["loc"])
            variable = _PREFIX + "__".join(str(part) for part in first["loc"]).upper()
            what = (
                "不认识这个设置项"
                if first["type"] == "extra_forbidden"
                else f"值不合要求（{first['msg'].removeprefix('Value error, ')}）"
            )
            raise SettingsError(f"设置 {key}（环境变量 {variable}）：{what}。可用的设置见 docs/settings.md") from None

    def index_config(self) -> IndexConfig:
        return IndexConfig(
            data_dir=self.data_dir,
            embedding_model=self.embedding.model,
            embedding_adapter=self.embedding.adapter,
            embedding_updates=self.embedding.updates,
            query_prompt=self.embedding.query_prompt,
            passage_prompt=self.embedding.passage_prompt,
            embedding_dtype=self.embedding.dtype,
            reranker_model=self.index.reranker,
            reader=self.index.reader,
            entailment=self.index.entailment,
            max_tokens=self.index.max_tokens,
            rrf_k=self.index.rrf_k,
            candidates=self.index.candidates,
            breadcrumb=self.index.breadcrumb,
            store_url=self.store.url,
            store_token=self.store.token.get_secret_value(),
        )

    @property
    def hash(self) -> str:
        """Short hash of everything that can change an answer (no paths, no key, no store: every one gives the same answers)."""
        kept = self.model_dump(
            mode="json", exclude={"data_dir": True, "ui": True, "accounts": True, "llm": {"api_key"}, "store": True}
        )
        return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:12]


def _read_file() -> dict[str, Any]:
    named = os.environ.get("ASSISTANT_CONFIG")
    path = Path(named or "assistant.toml")
    if not path.is_file():
        if named:
            raise SettingsError(f"找不到设置文件 {path}。请检查 ASSISTANT_CONFIG")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"设置文件 {path} 不是有效的 TOML：{error}") from None


def _reject_unknown_environment() -> None:
    source = EnvSettingsSource(Settings)
    known: set[str] = set()
    for name, field in Settings.model_fields.items():
        known.add(f"{_PREFIX}{name}".upper())
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            known |= {f"{_PREFIX}{name}__{key}".upper() for key in section.model_fields}
    for variable in sorted(source.env_vars):
        upper = variable.upper()
        if upper.startswith(_PREFIX) and upper not in known and upper not in _NOT_SETTINGS:
            raise SettingsError(f"环境变量 {upper}：不认识这个设置项。可用的设置见 docs/settings.md")
