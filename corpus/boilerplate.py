"""What a web page or a printer puts around a notice (页面样板): fields, links, adverts, page numbers.

It stands alone because these lists grow as captures of new sites come in, while the rest of the clean-up stays. Only
whole lines are ever taken out, each is kept in the change report, and the tail is looked at only after the last
sentence. The trap: a bare number may be a table cell; it is a page number only where such lines count up in order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from corpus.docnumber import canonical_number

TITLE_END = re.compile(
    r"(?:通知|意见|方案|办法|决定|规定|通告|公告|报告|批复|函|细则|条例|规划|计划|任务|要点|文件|令|纪要)[》）)]?$"
)
BACK_MATTER = re.compile(
    r"^(?:附件|附\s*[:：]|公开方式|信息公开|公开属性|主题词|抄\s*送|抄\s*报|分\s*送"
    r"|[（(]?(?:此件|联系人|信息公开形式)|.{2,30}印发$)"
)
_PAGE_FIELD = re.compile(
    r"^(?:索\s*引\s*号|发布(?:日期|机构|时间|单位)|发文(?:字号|机关|日期)|成文日期|信息(?:分类|来源|类别)"
    r"|主题(?:分类|词)|有效(?:地区|性)|时效性|(?:实施|生效|废止)日期|颁发部门|公文种类|文\s*号|标\s*题|来\s*源"
    r"|浏览次数|字体|名\s*称|栏目|原文链接|链接|网址|本地目录|作者|编辑|发布人)(?:[:：]|$)"
)
_BODY_STARTS = re.compile(r"^(?:正文(?:内容)?|公文内容|文件内容|内容正文)[:：]?$")
_TAIL = re.compile(
    r"^(?:<END>|【?打印】?|【?关闭(?:窗口|本页)?】?|上一篇|下一篇|分享到|扫一扫|相关(?:链接|文件|解读|阅读|新闻|附件)|版权所有"
    r"|主办单位|网站地图|返回顶部|责任编辑|最新(?:政策|指导|资讯|法规)|同地域|附件下载"
    r"|.{0,80}\.(?:docx?|pdf|wps|xlsx?|zip|ofd)$|.{0,40}免费(?:体验|试用))"
)
_MARKED_PAGE = re.compile(r"^(?:[-—–－·]+\d{1,4}[-—–－·]+|第\d+页(?:[,，/]?共\d+页)?)$")
_FIELDS = {
    "number": re.compile(r"(?:发文字号|文\s*号|文件编号)\s*[:：]?\s*([^\n|]{4,40})"),
    "published_on": re.compile(r"(?:发布|公开|发文)(?:日期|时间)\s*[:：]?\s*\|?\s*(\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2})"),
    "issued_on": re.compile(r"(?:成文|印发)(?:日期|时间)\s*[:：]?\s*\|?\s*(\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2})"),
    "issuer": re.compile(r"(?:发文|发布|印发)(?:机关|机构|单位)\s*[:：]?\s*\|?\s*([\u4e00-\u9fff]{4,40})"),
    "title": re.compile(r"(?:^|\||\n)(?:标\s*题|名\s*称)\s*[:：]?\s*\|?\s*([^\n|]{8,120})"),
}
_RED_HEAD = re.compile(r"(?:政府|办公[厅室]|委员会|[局厅])(?:文件|公报)$")
_HEAD = 30  # page fields stand within this many lines of the top


def boilerplate_lines(lines: Sequence[str]) -> set[int]:
    """Indexes of the lines a page put before and after the notice; an official title among them is kept."""
    start = _body_start(lines)
    gone: set[int] = set()
    below = set(lines[start : start + 8])
    kept_title = False
    for index, line in enumerate(lines[:start]):
        if not kept_title and line not in below and _is_official_title(line):
            kept_title = True
        else:
            gone.add(index)
    for index, line in enumerate(lines[: start + 8]):
        if _PAGE_FIELD.match(line) and len(line) < 30:
            gone.add(index)
            if index and lines[index - 1] in lines[index + 1 : index + 4]:
                gone.add(index - 1)
    last = max((i for i, line in enumerate(lines) if line[-1] in "。；" or BACK_MATTER.match(line)), default=0)
    tail = next((i for i in range(last + 1, len(lines)) if _TAIL.match(lines[i])), len(lines))
    return gone | set(range(tail, len(lines)))


def _body_start(lines: Sequence[str]) -> int:
    """Index of the first line after the page's own head; 0 where there is no such head."""
    for index, line in enumerate(lines[: 2 * _HEAD]):
        if _BODY_STARTS.match(line.strip("=-—*#_ ")):
            return index + 1
    fields = [index for index, line in enumerate(lines[:_HEAD]) if _PAGE_FIELD.match(line)]
    if len(fields) < 3:
        return 0
    last = fields[-1]
    return last + (2 if len(lines[last]) <= 5 and last + 1 < len(lines) else 1)


def _is_official_title(line: str) -> bool:
    return "关于" in line and len(line) >= 12 and TITLE_END.search(line) is not None


def title_field(line: str) -> int:
    """Length of 标题： at the head of a line that goes on as a title; 0 where it does not."""
    match = re.match(r"标\s*题[:：]\s*", line)
    return match.end() if match and TITLE_END.search(line) else 0


def page_number_lines(lines: Sequence[str]) -> set[int]:
    """Indexes of lines that are only a page number: marked as one (— 3 —, 第3页), or three and more that count up."""
    gone = {index for index, line in enumerate(lines) if _MARKED_PAGE.match(line)}
    bare = [(index, int(line)) for index, line in enumerate(lines) if line.isascii() and re.fullmatch(r"\d{1,3}", line)]
    if len(bare) >= 3 and all(b[1] == a[1] + 1 and b[0] - a[0] > 2 for a, b in pairwise(bare)):
        gone |= {index for index, _ in bare}
    return gone | _running_heads(lines, gone)


def _running_heads(lines: Sequence[str], page_numbers: set[int]) -> set[int]:
    """Short lines that stand beside page numbers again and again: the head or foot of a printed page."""
    beside = [i + step for i in page_numbers for step in (-1, 1) if 0 <= i + step < len(lines)]
    counts = Counter(lines[index] for index in beside if index not in page_numbers and len(lines[index]) <= 40)
    often = {line for line, count in counts.items() if count >= 2 or _RED_HEAD.search(line)}
    heads = {line for line in often if not re.search(r"[。；]", line)}
    return {index for index in beside if lines[index] in heads}


def page_fields(text: str) -> dict[str, str]:
    """What the fields around a notice (发文字号：…) say of it; keys as in :class:`corpus.readers.Source`.

    >>> page_fields("发文字号：某府发〔2020〕1号\\n发布日期：2020-03-04")
    {'number': '某府发〔2020〕1号', 'published_on': '2020-03-04'}
    """
    found = {key: match.group(1).strip() for key, pattern in _FIELDS.items() if (match := pattern.search(text))}
    if "number" in found and canonical_number(found["number"]) is None:
        del found["number"]
    return found
