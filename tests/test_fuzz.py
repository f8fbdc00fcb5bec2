"""Questions and files that nobody would write: no stack trace, no hang, nothing half kept. Seeded, so that a failure can be
had again; ``FUZZ_QUESTIONS`` and ``FUZZ_FILES`` set how many (the whole: 2000 and 500)."""

from __future__ import annotations

import io
import os
import random
import resource
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from corpus_fakes import TinyEmbedder, settings_for
from generator import make
from generator_files import FORMATS, write

from assistant.errors import QuestionError
from assistant.keeping.keeper import add
from assistant.service import Assistant
from assistant.types import Profile, Turn
from corpus.errors import ReadError
from corpus.guard import read_guarded
from corpus.library import load_corpus
from corpus.readers import File
from corpus.shelf import write_tombstones

QUESTIONS = int(os.environ.get("FUZZ_QUESTIONS", "40"))
FILES = int(os.environ.get("FUZZ_FILES", "40"))
MOST = 5.0  # seconds for one question or file, see ``Stopwatch``
MOST_KILOBYTES = 1_572_864

_WORDS = (
    "湖南 湛江市 赤坎区 医共体 院长年薪 百分之 十分之 第 条 款 项 〔2023〕44号 湘政办发 《 》 （ ） “ ” 2019年 2025年底 9999年 0年 13月 32日 "
    "十四五 百五 公元前 一 二 十 百 千 万 亿 零 〇 点 半 多少 几 什么 谁负责 怎么 吗 呢 ？ ， 。 和 与 的 不 应当 可以 至少 以上 ≤ ～ 1.5万 30% "
    "1/3 １２３ Ⅻ ① ㈠ DRG \t \n \0 \u200b \u202e \ufeff \ud800 \udfff 👨 é ﷽ 𠀀 ⼀ <b> &lt; ' \" \\ %s {0} ${x} ; -- ../ 第九千九百九十九条 "
    "前年 大前年 现在 请问 这个 那 文件 通知 还是 对比 列出 总结 哪些 上半年 三季度 每年 目标 完成 比例"
)
WORDS = _WORDS.split(" ")
RANGES = ((0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x600, 0x6FF), (0x2000, 0x206F), (0x2150, 0x24FF), (0x2E80, 0x2FDF),
          (0x3000, 0x303F), (0x4E00, 0x9FFF), (0xD800, 0xDFFF), (0xE000, 0xE0FF), (0xFE00, 0xFFFF), (0x1F300, 0x1FAFF),
          (0x20000, 0x2A6DF), (0xE0000, 0xE007F))  # fmt: skip


class Stopwatch:
    """Seconds since it was made: those on the wall or of the processor, whichever are fewer.

    What a person waits for counts, not that two cores worked on it; nor what other programs held up.
    """

    def __init__(self) -> None:
        self._begun = time.perf_counter(), time.process_time()

    @property
    def seconds(self) -> float:
        return min(time.perf_counter() - self._begun[0], time.process_time() - self._begun[1])


def question(seed: int) -> str:
    draw = random.Random(seed)
    way = seed % 6
    if way == 0:
        return "".join(draw.choice(WORDS) for _ in range(draw.randint(1, 60)))
    if way == 1:
        return "".join(chr(draw.randint(*draw.choice(RANGES))) for _ in range(draw.randint(1, 120)))
    if way == 2:
        return (draw.choice(WORDS) * draw.randint(20, 900))[:2000]
    if way == 3:
        return ("".join(draw.choice(WORDS) for _ in range(3)) * draw.randint(5, 300))[:2000]
    if way == 4:
        return f"{draw.choice(['湖南', '湛江', ''])}{draw.randint(0, 99999)}年{draw.randint(0, 40)}月{draw.randint(0, 99)}日{draw.choice(WORDS)}"
    return "湛江取消药品加成的钱怎么补" + "".join(
        chr(draw.randint(*draw.choice(RANGES))) for _ in range(draw.randint(1, 9))
    )


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_no_question_breaks_it(hashed: Assistant) -> None:
    slow, broken, longest = [], [], 0.0
    hashed.ask("湛江取消药品加成的钱怎么补")
    for seed in range(QUESTIONS):
        draw = random.Random(-seed)
        history = (
            [Turn("user", question(seed + 7)), Turn("assistant", question(seed + 11))] if draw.random() < 0.3 else []
        )
        profile = Profile(as_of=draw.choice([None, None, date.min, date.max]))
        watch = Stopwatch()
        try:
            answer = hashed.ask(question(seed), history=history, profile=profile)
            answer.text.encode()
        except QuestionError:
            pass
        except Exception as error:
            broken.append(f"{seed}: {type(error).__name__} {error} {ascii(question(seed))[:80]}")
        longest = max(longest, took := watch.seconds)
        if took > MOST:
            slow.append(f"{seed}: {took:.1f} s {ascii(question(seed))[:80]}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{QUESTIONS} questions, the longest {longest:.2f} s, {most} kB")
    assert most < MOST_KILOBYTES or QUESTIONS < 2000  # few of them run beside what else the process holds
    assert not broken, "\n".join(broken[:20])
    assert not slow, "\n".join(slow[:20])


def hostile(seed: int) -> File:
    """A made notice with bytes flipped, cut, doubled, inserted, or its text spoiled before it is written."""
    draw = random.Random(seed)
    form = FORMATS[seed % 4]
    content = bytearray(write(make(seed % 12), form))
    if form in ("txt", "html") and seed // 4 % 2 == 0:  # still text, so that it is read to the end
        text = content.decode()
        for _ in range(draw.randint(1, 12)):
            at, piece = (
                draw.randrange(len(text)),
                draw.choice((*WORDS, "<div>" * 300, "（" * 2000, "百分之" * 300, "\n" * 50)),
            )
            text = (
                text[:at] + piece.replace("\ud800", "&#xD800;").replace("\udfff", "") + text[at + draw.randint(0, 30) :]
            )
        return File(f"敌{seed}.{form}", text.encode())
    for _ in range(draw.randint(1, 12)):
        at, way = draw.randrange(len(content)), draw.randrange(5)
        if way == 0:
            content[at] ^= 1 << draw.randrange(8)
        elif way == 1:
            del content[at : at + draw.randint(1, 400)]
        elif way == 2:
            content[at:at] = content[max(at - draw.randint(1, 3000), 0) : at]
        elif way == 3:
            content[at:at] = bytes(draw.randrange(256) for _ in range(draw.randint(1, 60)))
        else:
            content[at:at] = draw.choice(
                [
                    b"<div>" * 900,
                    "（".encode() * 3000,
                    b"\0" * 500,
                    "\ufeff百分之".encode() * 300,
                    b"%PDF-1.7",
                    b"PK\x03\x04",
                ]
            )
        if not content:
            content = bytearray(b"x")
    return File(f"敌{seed}.{form}", bytes(content))


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_no_file_breaks_it() -> None:
    read = 0
    broken, slow = [], []
    for seed in range(FILES):
        file = hostile(seed)
        try:
            read_guarded(file)
            read += 1
        except ReadError as error:
            if "时间超过" in str(error):
                slow.append(str(error))
            if "读不下去" in str(error):
                broken.append(str(error))
    assert not broken, "\n".join(broken)
    assert not slow, "\n".join(slow)
    assert read >= FILES // 10


def test_bombs_and_climbers_are_refused_and_the_good_file_beside_them_goes_in(tmp_path: Path) -> None:
    var, box = tmp_path / "var", tmp_path / "来文"
    box.mkdir()
    write_tombstones(var, [notice.id for notice in load_corpus().notices])
    good = write(make(3), "txt")
    (box / "好.txt").write_bytes(good)
    (box / "炸弹.zip").write_bytes(zipped({"a.txt": b"\0" * (12 << 20)}))
    (box / "越界.zip").write_bytes(zipped({"../../evil.txt": good}))
    (box / "文字炸弹.docx").write_bytes(word(b"<w:p/>" * 2_000_000))
    (box / "实体炸弹.docx").write_bytes(word(b"&lol9;", entities()))
    (box / "实体炸弹.html").write_bytes(entities() + b"<html><body><p>&lol9;</p></body></html>")
    (box / "引用外部.docx").write_bytes(word(b"&xxe;", b'<!DOCTYPE d [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>'))
    outcome = add(settings_for(var), [box], embedder=TinyEmbedder())
    assert [one.file for one in outcome.added if one.file == "好.txt"] == ["好.txt"]
    refused = {one.file.partition("/")[0] for one in outcome.failed}
    assert {"炸弹.zip", "越界.zip", "文字炸弹.docx"} <= refused
    assert not any("root:" in notice.text for notice in load_corpus(var).notices)
    assert not (tmp_path.parent / "evil.txt").exists()


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(name, content)
    return out.getvalue()


def entities() -> bytes:
    lines = [b'<!ENTITY lol "lol">']
    lines += [f'<!ENTITY lol{n} "{("&lol%s;" % (n - 1 or "")) * 10}">'.encode() for n in range(1, 10)]
    return b"<!DOCTYPE d [" + b"".join(lines) + b"]>"


def word(body: bytes, doctype: bytes = b"") -> bytes:
    """A Word file whose body is ``body``."""
    import docx

    plain = io.BytesIO()
    docx.Document().save(plain)
    with zipfile.ZipFile(plain) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    w = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    paragraph = b"<w:p><w:r><w:t>" + body + b"</w:t></w:r></w:p>" if not body.startswith(b"<") else body
    files["word/document.xml"] = (
        b'<?xml version="1.0" encoding="UTF-8"?>'
        + doctype
        + b"<w:document "
        + w
        + b"><w:body>"
        + paragraph
        + b"</w:body></w:document>"
    )
    return zipped(files)


def test_no_key_is_ever_in_a_message_or_a_log(monkeypatch, caplog, capsys, tmp_path) -> None:
    from assistant.cli import main

    secret = "sk-proof-0123456789abcdef"
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ASSISTANT_LLM__API_KEY", secret)
    monkeypatch.setenv("ASSISTANT_LLM__TIMEOUT_SECONDS", "nonsense")
    assert main(["settings"]) == 2
    monkeypatch.delenv("ASSISTANT_LLM__TIMEOUT_SECONDS")
    assert main(["settings"]) == 0
    assert main(["settings", "--json"]) == 0
    assert main(["audit", "verify"]) == 0
    said = capsys.readouterr()
    assert secret not in said.out + said.err + caplog.text
    assert all(secret.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
