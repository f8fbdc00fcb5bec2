"""Personal particulars are masked, ordinary words are not: every rule's own examples, 300 made cases, real questions."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from corpus.masking import lexicon, masked, rules

EVERY = [(one["kind"], text, True) for one in lexicon()["rule"] for text in one["yes"]]
EVERY += [(one["kind"], text, False) for one in lexicon()["rule"] for text in one["no"]]
EVERY += [("姓名", text, True) for text in lexicon()["names"]["yes"]]
EVERY += [("姓名", text, False) for text in lexicon()["names"]["no"]]


@pytest.mark.parametrize(("kind", "text", "yes"), EVERY)
def test_each_rule_holds_for_its_examples(kind, text, yes):
    assert (f"［{kind}］" in masked(text)) is yes, masked(text)


def test_masking_twice_is_masking_once():
    for _, text, _ in EVERY:
        assert masked(masked(text)) == masked(text)


def _id(draw: random.Random) -> str:
    body = f"{draw.choice(['110105', '430102', '440803', '512002'])}{draw.randint(1940, 2015)}{draw.randint(1, 12):02}"
    body += f"{draw.randint(1, 28):02}{draw.randint(0, 999):03}"
    return body + "10X98765432"[sum(int(d) * pow(2, 17 - i, 11) for i, d in enumerate(body)) % 11]


def _card(draw: random.Random) -> str:
    body = draw.choice(["6222", "6217", "4391", "5187"]) + "".join(str(draw.randint(0, 9)) for _ in range(14))
    for last in "0123456789":
        total = sum(sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(reversed(body + last)))
        if total % 10 == 0:
            return body + last
    raise AssertionError


def _phone(draw: random.Random) -> str:
    digits = draw.choice(["138", "186", "199", "177"]) + "".join(str(draw.randint(0, 9)) for _ in range(8))
    return draw.choice([digits, f"{digits[:3]}-{digits[3:7]}-{digits[7:]}", f"{digits[:3]} {digits[3:7]} {digits[7:]}"])


_NAMES = """
王建国 李秀英 张伟 刘芳 陈志远 杨丽娟 黄海燕 赵子涵 吴桂花 周明 徐晓东 孙雅琪 马超 朱玉梅 胡浩然 郭静 何俊峰 高洁 林诗雨 罗永福
郑文博 梁慧 谢春兰 宋强 唐婷婷 许诺言 韩雪 冯刚 邓莉 曹毅 彭思琪 曾庆祥 欧阳娜娜 司马健 张三 李四 王五 贾宝珠 武松涛 祝英
"""
NAMES = _NAMES.split()
SAYS = [
    ("身份证号", "我的身份证{}，门诊慢特病怎么办", _id), ("身份证号", "参保人证件号 {} 查一下待遇", _id), ("身份证号", "{}这个人能报吗？", _id),
    ("电话", "有事打我手机{}，想问签约服务", _phone), ("电话", "回电{}谢谢，县医院能做透析吗", _phone), ("电话", "联系{}，问编制的事", _phone),
    ("银行卡号", "报销款打到{}，多久到账", _card), ("银行卡号", "工资卡{}没收到补贴", _card),
]  # fmt: skip
CALLS = [
    "患者{}住院自付多少", "我叫{}，想问转诊", "找{}医生开的药能报吗", "姓名：{}，参保地湛江", "病人{}，七十岁，慢病能报吗", "我儿子{}在外地上学怎么参保",
    "经办人{}说不能报，对吗", "请{}主任看一下这条", "家属{}来问陪护费", "我是{}，退休教师",
]  # fmt: skip
PLAIN = [
    "患者安全目标有哪些", "家庭医生签约率到{}年要多少", "{}年底前县域医共体建成几家", "湘政办发〔{}〕44号第三条说什么", "病人自付比例降到多少",
    "医院每百张床位配{}名护士行不行", "主任医师评审看什么", "全科医生每万人{}名", "财政补{}亿元怎么分", "高级职称比例多少", "居民医保人均筹资{}元",
    "院长年薪怎么定", "护士晋升要几年", "请问医生多点执业规定", "12345热线和12393热线有什么区别", "药品零差率从{}年1月5日起吗",
]  # fmt: skip


def made_cases() -> list[tuple[str, str, str]]:
    """(kind, particular, question); kind and particular are "" where there is nothing to mask."""
    draw = random.Random(20260922)
    cases = []
    for _ in range(90):
        kind, form, make = draw.choice(SAYS)
        value = make(draw)
        cases.append((kind, value, form.format(value)))
    for _ in range(60):
        name = draw.choice(NAMES)
        cases.append(("姓名", name, draw.choice(CALLS).format(name)))
    for _ in range(150):
        cases.append(("", "", draw.choice(PLAIN).format(draw.choice([2017, 2020, 2025, 30, 85, 120]))))
    return cases


def test_precision_and_recall_on_three_hundred_made_cases(capsys):
    found = missed = wrong = 0
    left = []
    for kind, value, text in made_cases():
        out = masked(text)
        if kind and value not in out and f"［{kind}］" in out:
            found += 1
        elif kind:
            missed += 1
            left.append(text)
        elif out != text:
            wrong += 1
            left.append(text)
    precision, recall = found / (found + wrong), found / (found + missed)
    with capsys.disabled():
        print(f"\n300 made cases: precision {precision:.3f}, recall {recall:.3f}")
    assert recall >= 0.95, left
    assert precision >= 0.99, left


def test_questions_without_particulars_are_left_alone():
    root = Path(__file__).parents[1] / "evals" / "datasets"
    lines = [line for path in root.glob("*.jsonl") for line in path.read_text(encoding="utf-8").split("\n")]
    texts = [json.loads(line)["question"] for line in lines if '"question"' in line]
    assert len(texts) > 100
    changed = [text for text in texts if masked(text) != text]
    assert len(changed) <= len(texts) // 200, changed


def test_kinds_are_told_apart():
    assert {rule.kind for rule in rules()} == {"身份证号", "电话", "银行卡号", "证件号", "邮箱"}
