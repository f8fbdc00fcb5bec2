"""What must be said with an answer about the notices it rests on (附带说明): facts that are 待核对, a draft, an end to come.

Apart from the kinds of answer because it holds for all of them. The trap: it speaks only of notices that are cited; what
was merely looked at is no concern of the reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from corpus.dates import written_day
from corpus.grammar import form
from corpus.inforce import Force, standing
from corpus.typed import NAMES
from corpus.types import UNKNOWN_REGION, Notice, RelationKind

_TERM = form("force.term")
_SAID = ("region", "issuer", "issued_on", "effective_on", "expires_on", "number")
"""Facts an answer leans on; a doubtful title is seen by whoever opens the notice."""


def caveats(cited: Iterable[Notice], as_of: date, said: str = "", *, today: date | None = None) -> tuple[str, ...]:
    """A sentence for each cited notice that needs one, in order.

    Args:
        said: the answer; what it says of a day to come is not said again.
        today: the day on which it is asked, where that is another; what has expired in between is said to have.
    """
    once = {notice.id: notice for notice in cited}
    return tuple(one for notice in once.values() for one in _of(notice, as_of, said, today or as_of))


def _of(notice: Notice, as_of: date, said: str, today: date) -> list[str]:
    name, found = notice.reference or f"《{notice.title}》", []
    open_keys = [key for key in _SAID if key in notice.unverified]
    if open_keys:
        facts = "、".join(NAMES[key] for key in open_keys)
        binds = "，不能据此认定它约束某地" if notice.region == UNKNOWN_REGION else ""
        found.append(f"{name}的{facts}{UNKNOWN_REGION}{binds}。")
    now = standing(notice, as_of)
    if now.force is Force.DRAFT:
        found.append(f"{name}是公开征求意见的稿子，还没有成为规定。")
    told = Force.NOT_YET.value in said or _says(said, notice.name, notice.effective_on)
    if now.force is Force.NOT_YET and not told:
        starts = f"自{written_day(notice.effective_on)}起施行，" if notice.effective_on else ""
        found.append(f"{name}{starts}截至{written_day(as_of)}尚未施行。")
    if now.by is not None and now.by.name and now.by.ends_all and now.by.name not in said:
        since = f"自{written_day(now.since)}起" if now.since is not None else ""
        found.append(f"{name}{since}已由{now.by.name}废止或替代，不再有效。")
    if not now.holds:
        return found
    if notice.expires_on and standing(notice, today).force is Force.EXPIRED:
        found.append(f"{name}有效期至{written_day(notice.expires_on)}，现已失效。")
    elif (
        notice.expires_on and _TERM.search(said) and written_day(notice.expires_on) not in said
    ):  # 有效期3年: until which day
        found.append(f"{name}的有效期按印发或施行日期推算，到{written_day(notice.expires_on)}。")
    if now.force is Force.AMENDED and now.by is not None and now.by.name:
        found.append(f"{name}已被{now.by.name}修改，修改之处以其为准。")
    for one in notice.effects:
        ahead = one.on is not None and one.on > as_of and one.kind is not RelationKind.AMENDS
        if one.on is not None and ahead and not _says(said, one.name, one.on):
            part = f"的{one.part}" if one.part else ""
            day = written_day(one.on)
            found.append(f"{name}{part}自{day}起由{one.name}替代，在此之前仍然有效。")
    return found


def _says(said: str, name: str, day: date | None) -> bool:
    """Whether ``said`` tells of a notice and a day."""
    return name in said and day is not None and written_day(day) in said
