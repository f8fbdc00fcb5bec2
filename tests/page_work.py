"""Serves the page around the real assistant with the hashing embedder, which ranks well enough and loads no model.

``python tests/page_work.py PORT DATA_DIR``, until stopped. The library is the shipped notices, two versions of a made-up
ordinance, a made-up city notice, one whose place is not known, and what else lies in ``DATA_DIR/in``.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fakes import CITY_NOTICE, HashingEmbedder

from assistant.keeping.keeper import add
from assistant.keeping.live import LiveAssistant
from assistant.service import Assistant
from assistant.settings import Settings
from corpus.library import load_corpus
from index import Index
from ui import serve

LAW = """衡阳市献血条例
（{day}衡阳市第十五届人民代表大会常务委员会第三次会议通过）
第一条 为了保障临床用血，制定本条例。
第二条 献血者每次获得{money}元补贴，由市红十字会发放。
第三条 单位应当给予献血职工{days}天休假。
第四条 市卫生健康行政部门负责监督管理。
第五条 本条例自{start}起施行。
"""
CITY = f"""{CITY_NOTICE}
（二）配齐人员。2025年6月底前，每个村卫生室至少配备1名执业医师。（牵头单位：市卫生健康委；责任单位：市人力资源社会保障局）
"""
NOBODY = """关于进一步规范门诊预约的通知

一、预约时段精确到30分钟。

二、现场号源不少于20%。

2023年4月8日
"""


def stock(folder: Path) -> None:
    """Write the made-up files."""
    folder.mkdir(parents=True, exist_ok=True)
    old = LAW.format(day="2010年5月6日", money=60, days="一", start="2010年7月1日")
    new = LAW.format(day="2021年5月6日", money=90, days="两", start="2021年7月1日")
    for name, text in (("law-old.txt", old), ("law-new.txt", new), ("city.txt", CITY), ("nobody.txt", NOBODY)):
        (folder / name).write_text(text, encoding="utf-8")


def library(data_dir: Path) -> Assistant:
    """The assistant over shipped and made-up notices, as on 2025-03-01."""
    stock(data_dir / "in")
    settings = Settings.load(data_dir=data_dir, today=date(2025, 3, 1))
    models = settings.index.model_copy(update={"reader": "none", "entailment": "none"})
    settings = settings.model_copy(update={"index": models})
    embedder = HashingEmbedder()
    add(settings, [data_dir / "in"], embedder=embedder)
    corpus = load_corpus(data_dir)
    return Assistant(corpus, Index.open(settings.index_config(), corpus, embedder=embedder), settings)


def main(port: int, data_dir: Path) -> None:
    assistant = library(data_dir)
    settings = assistant.settings
    serve(LiveAssistant(assistant), settings.model_copy(update={"ui": settings.ui.model_copy(update={"port": port})}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
