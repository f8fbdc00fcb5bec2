"""An assistant that follows its corpus: previews write nothing, additions answer at once, removals are forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import CITY_NOTICE

import assistant.keeping.live as live_module
from assistant.keeping.answer_json import answer_from_json
from assistant.keeping.conversations import ConversationStore
from assistant.keeping.live import LiveAssistant
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import Profile
from corpus.errors import ReadError
from pages.preview import overrides_of, preview_html, read_fields

QUESTION = "衡阳市到2026年底要建成多少个标准化村卫生室？"


@pytest.fixture
def live(own_data_dir: Path) -> LiveAssistant:
    return LiveAssistant(Assistant.from_settings(Settings.load()))


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "new.txt"
    path.write_text(CITY_NOTICE, encoding="utf-8")
    return path


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_a_preview_tells_what_was_read_and_writes_nothing(
    live: LiveAssistant, upload: Path, own_data_dir: Path
) -> None:
    before = tree(own_data_dir)
    preview = live.preview(upload)
    assert read_fields(preview) == [
        "衡阳市人民政府办公室关于印发《衡阳市村卫生室建设方案》的通知",
        "衡政办发〔2024〕9号",
        "衡阳市人民政府办公室",
        "湖南省/衡阳市",
        "2024-05-06",
    ]
    assert preview.problems == () and preview.replaces is None and "（一）加强投入保障" in preview_html(preview)
    assert tree(own_data_dir) == before


def test_missing_facts_are_asked_for_in_the_form(live: LiveAssistant, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html><body><script>alert(1)</script><p>一段没有要素的文字。</p></body></html>", encoding="utf-8")
    preview = live.preview(path)
    html = preview_html(preview)
    assert len(preview.problems) == 3 and "--set" not in html and "请在下方补上" in html and "<script" not in html
    changed = overrides_of(["标题", "", "某市人民政府", "湖南省/衡阳市", ""], preview)
    assert changed == {"title": "标题", "issuer": "某市人民政府", "region": "湖南省/衡阳市"}
    assert live.preview(path, changed).problems == ()


def test_a_file_that_is_not_what_it_says_is_refused(live: LiveAssistant, tmp_path: Path) -> None:
    path = tmp_path / "bad.pdf"
    path.write_bytes(b"\x7fELF" + bytes(200))
    with pytest.raises(ReadError, match=r"bad\.pdf"):
        live.preview(path)


def test_added_notices_answer_at_once_and_removed_ones_are_forgotten(
    live: LiveAssistant, upload: Path, own_data_dir: Path
) -> None:
    before = len(live.corpus.notices)
    (added,) = live.add(upload).added
    answer = live.ask(QUESTION)
    assert "1234个" in answer.text and answer.citations[0].notice == "衡政办发〔2024〕9号"
    assert answer.citations[0].quote in live.corpus.get(added.notice.id).text
    assert live.preview(upload).unchanged

    store = ConversationStore(own_data_dir)
    key = store.start("me", "q")
    store.save_turn("me", key, 0, QUESTION, Profile(), answer)
    traces = live.remove(added.notice.id)
    assert sum(trace.count for trace in traces) == 0 and len(live.corpus.notices) == before
    assert "1234" not in live.ask(QUESTION).text
    withdrawn = store.turns("me", key)[0].answer
    assert "移除" in withdrawn.text and withdrawn.citations == ()


def test_a_change_by_another_process_is_noticed(
    live: LiveAssistant, upload: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "_LOOK_SECONDS", 3600.0)  # however long a busy machine takes to add
    other = LiveAssistant(Assistant.from_settings(live.settings))
    other.add(upload)
    assert "1234个" not in live.ask(QUESTION).text, "looked only every few seconds"
    monkeypatch.setattr(live_module, "_LOOK_SECONDS", 0.0)
    assert "1234个" in live.ask(QUESTION).text


def test_a_withdrawn_answer_without_scope_still_opens() -> None:
    text = '{"text": "x", "refused": false, "refusal": null, "kind": "text", "citations": [], "applicable": [], "scope": {}'
    answer = answer_from_json(text + ', "notes": [], "dropped": [], "suggestions": []}')
    assert answer.text == "x" and answer.scope.region is None
