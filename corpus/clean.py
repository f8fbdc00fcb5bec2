"""Clean-up (清洗): from a captured page to the text of the notice, with a record of every edit.

Rules are general, never for one notice: site boilerplate, page numbers, page-break joins, repeats across a page,
white space, and the minority of mixed full- and half-width marks. Characters of the notice are never lost, converted
or invented otherwise. The trap: ``Notice.text`` and so every citation depends on these rules; when one changes, raise
``CLEANER_VERSION`` so that caches and indexes are rebuilt.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

from corpus import interleave
from corpus.numbering import parse_mark
from corpus.text import bracket_pairs, is_cjk
from corpus.types import Change, Gap, Span

CLEANER_VERSION = "1"
GAP_MARKER = "【采集文本此处缺{count}句】"

_TERMINAL = "。！？；：!?;:…"
_TITLE_END = re.compile(
    r"(通知|意见|方案|办法|决定|规定|通告|公告|报告|批复|函|细则|条例|规划|计划|任务|要点|文件|令|纪要)[》）)]?$"
)
_DOCUMENT_NUMBER = re.compile(r"^[^\s，。]{1,14}[〔\[［(（]\d{4}[〕\]］)）]\s*第?\d+号$")
_DATE_LINE = re.compile(
    r"^[\d〇○零一二三四五六七八九十]{4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日(印发)?$"
)
_PAGE_NUMBER = re.compile(
    r"^(?:[-—–－·\s]*\d{1,4}[-—–－·\s]*|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|\d+\s*/\s*\d+)$"
)
BACK_MATTER = re.compile(
    r"^(?:附件|附\s*[:：]|公开方式|信息公开|公开属性|主题词|抄\s*送|抄\s*报|分\s*送|[（(]?(?:此件|联系人|信息公开形式)|.{2,30}印发$)"
)
_PAGE_FIELD = re.compile(
    r"^(?:索\s*引\s*号|发布(?:日期|机构|时间|单位)|发文(?:字号|机关|日期)|成文日期|信息(?:分类|来源|类别)|主题(?:分类|词)|有效(?:地区|性)|时效性"
    r"|(?:实施|生效|废止)日期|颁发部门|公文种类|文\s*号|标\s*题|来\s*源|浏览次数|字体|分享|名\s*称)\s*[:：]?"
)
_BODY_STARTS = re.compile(r"^(?:正文(?:内容)?|公文内容|文件内容|内容正文)\s*[:：]?$")
_TAIL = re.compile(
    r"^(?:<END>|【?打印】?|【?关闭(?:窗口|本页)?】?|上一篇|下一篇|分享到|扫一扫|相关(?:链接|文件|解读|阅读|新闻|附件)|版权所有|主办单位|网站地图|返回顶部"
    r"|责任编辑|最新(?:政策|指导|资讯|法规)|同地域|附件下载|.{0,80}\.(?:docx?|pdf|wps|xlsx?|zip|ofd)$|.{0,40}免费(?:体验|试用))"
)
_WIDTH = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_LINE_BREAKS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Cleaned text, the edits that led to it and the gaps the capture has."""

    text: str
    changes: tuple[Change, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(slots=True)
class _Line:
    """A line under edit; ``origins`` holds the source offset of each character, so that edits can be located."""

    text: str
    origins: list[int]
    indented: bool = False
    blank_before: bool = False


@dataclass(slots=True)
class _Edit:
    kind: str
    origin: int
    source: str
    result: str = ""


@dataclass(slots=True)
class _Draft:
    lines: list[_Line] = field(default_factory=list)
    edits: list[_Edit] = field(default_factory=list)


def clean(source_text: str) -> Cleaned:
    """The notice in ``source_text`` without what the capture did to it.

    Same input, same output. ``changes`` hold what was removed or rewritten (white space is not listed one by one),
    each located by an offset in the cleaned text.
    """
    restored = interleave.restore(source_text, GAP_MARKER)
    edits: list[_Edit] = []
    if restored is not None:
        source_text, doubled = restored
        edits += [_Edit("restored", source_text.find(sentence[:8]), sentence) for sentence in doubled]
    draft = _split(source_text)
    draft.edits += edits
    _drop_boilerplate(draft)
    _join_pages(draft)
    _unify_width(draft)
    return _finish(draft)


def _split(source: str) -> _Draft:
    """Lines without surrounding white space and without spaces beside Chinese; blank lines noted, then dropped."""
    draft = _Draft()
    source = _LINE_BREAKS.sub(lambda match: "\n" * len(match.group()), source)
    offset, blank = 0, False
    for raw in source.split("\n"):
        kept = [i for i, char in enumerate(raw) if not char.isspace() and char not in _INVISIBLE]
        if not kept:
            blank = True
        else:
            text, origins = "", []
            for order, i in enumerate(kept):
                previous = kept[order - 1] if order else i
                if order and i - previous > 1 and not (is_cjk(raw[i]) or is_cjk(raw[previous])):
                    text += " "
                    origins.append(offset + previous + 1)
                text += raw[i]
                origins.append(offset + i)
            draft.lines.append(_Line(text, origins, kept[0] >= 2 or raw.startswith("\u3000"), blank))
            blank = False
        offset += len(raw) + 1
    return draft


def _drop(draft: _Draft, indexes: set[int], kind: str) -> None:
    for index in sorted(indexes):
        draft.edits.append(_Edit(kind, draft.lines[index].origins[0], draft.lines[index].text))
    draft.lines = [line for index, line in enumerate(draft.lines) if index not in indexes]


def _drop_boilerplate(draft: _Draft) -> None:
    """Remove what a web page put before and after the notice; an official title among it is kept."""
    lines = draft.lines
    gone: set[int] = set()
    start = next((i + 1 for i, line in enumerate(lines) if _BODY_STARTS.match(line.text)), 0)
    if not start:
        fields = [i for i, line in enumerate(lines[:30]) if _PAGE_FIELD.match(line.text)]
        start = fields[-1] + 1 if len(fields) >= 3 else 0
    kept_title = False
    for index in range(start):
        text = lines[index].text
        title = "关于" in text and len(text) >= 12 and _TITLE_END.search(text) is not None
        if title and not kept_title and not any(line.text == text for line in lines[start : start + 8]):
            kept_title = True
        else:
            gone.add(index)
    gone |= {i for i, line in enumerate(lines[: start + 8]) if _PAGE_FIELD.match(line.text) and len(line.text) < 30}
    for index in range(1, min(8, len(lines))):
        if _PAGE_FIELD.match(lines[index].text) and lines[index - 1].text in [
            line.text for line in lines[index : index + 4]
        ]:
            gone.add(index - 1)
    last = max(
        (i for i, line in enumerate(lines) if line.text[-1] in "。；" or BACK_MATTER.match(line.text)), default=0
    )
    tail = next((i for i in range(last + 1, len(lines)) if _TAIL.match(lines[i].text)), len(lines))
    gone |= set(range(tail, len(lines)))
    _drop(draft, gone, "boilerplate")
    _drop(draft, {i for i, line in enumerate(draft.lines) if _PAGE_NUMBER.match(line.text)}, "page_break")


def _join_pages(draft: _Draft) -> None:
    """Join a line to the one before where a sentence is open there and no numbering starts here."""
    width = _wrap_width(draft.lines)
    everything = "\n".join(line.text for line in draft.lines)
    joined: list[_Line] = []
    begun = False
    for line in draft.lines:
        if joined and _is_open(joined[-1].text, line, width, begun):
            before = joined[-1]
            repeat = _repeat_length(before.text, line.text, everything)
            if repeat:
                draft.edits.append(_Edit("repeat", line.origins[0], line.text[:repeat]))
            draft.edits.append(_Edit("page_break", line.origins[repeat], "\n"))
            before.text += line.text[repeat:]
            before.origins += line.origins[repeat:]
        else:
            joined.append(line)
        begun = begun or line.text[-1] in "。"
    draft.lines = joined


def _wrap_width(lines: list[_Line]) -> int:
    """Characters a line where text was hard-wrapped (as in a PDF), else 0."""
    lengths = Counter(len(line.text) for line in lines)
    total = sum(lengths.values())
    for width in sorted(lengths, reverse=True):
        near = sum(count for length, count in lengths.items() if width - 3 <= length <= width)
        if width <= 60 and near >= 0.4 * total and total >= 8:
            return width
    return 0


def _is_open(before: str, line: _Line, width: int, begun: bool) -> bool:
    if parse_mark(line.text) or _DATE_LINE.match(line.text) or _DOCUMENT_NUMBER.match(line.text):
        return False
    if BACK_MATTER.match(line.text) or BACK_MATTER.match(before) or _DOCUMENT_NUMBER.match(before):
        return False
    bracket = _has_open_bracket(before)
    if not bracket and (before[-1] in _TERMINAL or _TITLE_END.search(before) or _DATE_LINE.match(before)):
        return False
    if not bracket and before[-1] in "）)〕】" and parse_mark(before) and "。" not in before:
        return False
    if width:
        return len(before) >= width - 4 and not line.indented
    if not begun and not bracket and not re.search(r"[，,。]", before):
        return False
    punctuated = re.search(r"[，,。；;、]", before) is not None
    return bracket or before[-1] in "，,、" or (len(before) >= 20 and punctuated)


def _has_open_bracket(text: str) -> bool:
    """Whether the last opening mark of ``text`` is still open at its end."""
    matched = {pair.start for pair in bracket_pairs(text)}
    return any(char in "（(〔【《“" and i not in matched for i, char in enumerate(text))


def _repeat_length(before: str, after: str, everything: str) -> int:
    """How many characters at the head of ``after`` merely repeat the tail of ``before`` (a page-break slip).

    A repeat of two or more counts when the doubled string stands nowhere else; of one, only when besides that
    the page goes on with punctuation there and the word it ends is used elsewhere (so 人|人享有 is kept).
    """
    for size in range(min(12, len(before), len(after) - 1), 0, -1):
        word = before[-size:]
        if not after.startswith(word) or everything.count(word * 2) or not is_cjk(word[0]):
            continue
        if size >= 2 and len(set(word)) > 1:
            return size
        if size == 1 and after[1] in "，。；：、）" and everything.count(before[-2:]) >= 3 and word not in "，。、）":
            return size
    return 0


def _unify_width(draft: _Draft) -> None:
    """Where full- and half-width marks are mixed beside Chinese, rewrite the minority as the notice's majority."""
    text = "\n".join(line.text for line in draft.lines)
    target: dict[str, str] = {}
    for narrow, wide in _WIDTH.items():
        narrow_count = sum(1 for i in _beside_chinese(text, narrow))
        wide_count = text.count(wide)
        if narrow_count and wide_count:
            target |= {narrow: wide} if wide_count >= narrow_count else {wide: narrow}
    narrow_count, wide_count = text.count("(") + text.count(")"), text.count("（") + text.count("）")
    if narrow_count and wide_count:
        target |= {"(": "（", ")": "）"} if wide_count >= narrow_count else {"（": "(", "）": ")"}
    if not target:
        return
    for line in draft.lines:
        chars = list(line.text)
        for index, char in enumerate(chars):
            if char in target and (char in "()（）" or not char.isascii() or _is_beside(line.text, index)):
                if char in "()" and not _bracket_holds_chinese(line.text, index):
                    continue
                chars[index] = target[char]
                draft.edits.append(_Edit("width", line.origins[index], char, target[char]))
        line.text = "".join(chars)


def _is_beside(text: str, index: int) -> bool:
    return (index > 0 and is_cjk(text[index - 1])) or (index + 1 < len(text) and is_cjk(text[index + 1]))


def _beside_chinese(text: str, char: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(char), text) if _is_beside(text, match.start())]


def _bracket_holds_chinese(text: str, index: int) -> bool:
    """Whether the bracket at ``index`` stands beside Chinese, or its partner does."""
    partner = next((p for p in bracket_pairs(text) if index in (p.start, p.end - 1)), None)
    ends = (index,) if partner is None else (partner.start, partner.end - 1)
    return any(_is_beside(text, end) for end in ends)


def _finish(draft: _Draft) -> Cleaned:
    """Put the lines together; turn source offsets of edits into offsets of the cleaned text."""
    origins: list[int] = []
    for line in draft.lines:
        origins += line.origins
        origins.append(line.origins[-1] + 1)
    text = "\n".join(line.text for line in draft.lines)
    changes = tuple(
        Change(edit.kind, min(bisect_left(origins, edit.origin), len(text)), edit.source, edit.result)
        for edit in sorted(draft.edits, key=lambda edit: edit.origin)
    )
    marker = re.compile(re.escape(GAP_MARKER).replace(re.escape("{count}"), r"(\d+)"))
    gaps = tuple(Gap(Span(*match.span()), int(match.group(1))) for match in marker.finditer(text))
    return Cleaned(text, changes, gaps)
