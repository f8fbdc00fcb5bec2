"""What the words of a question say, by name (问句是否说到): forms and word lists held against it, and facts of a document.

It stands alone so that later rooms ask for a meaning (``says("ask.duty")``) and never see the words. The trap: a name with a
point is a form (``lexicon/forms_*.toml``); others are entries of ``asking.toml``, else of ``wordlists.toml``.
"""

from __future__ import annotations

from corpus.grammar import form, read_form
from corpus.wording import lexicon, wording
from corpus.wordlists import wordlist

_FACTS = {
    "addressees": form("about.addressees"),
    "effective": form("about.effective"),
    "issued": form("about.issued"),
    "basis": form("about.basis"),
    "issuer": form("about.issuer"),
    "number": form("about.number"),
    "amended": form("about.amended"),
}
"""In the order they are looked for: 什么时候发的 names an issuing too."""
_DAY_HELD = form("about.day_held")
_VERB_OR_NOT = form("ask.verb_or_not")


def beside_facts(question: str) -> str:
    """The words beside those that ask for facts of a document: they may call it by its title; 的 stands where one is only pointed at.

    >>> beside_facts("残疾预防和康复那个国家条例哪天开始管用的")
    '残疾预防和康复的的条例的的'
    """
    for asked in _FACTS.values():
        question = asked.sub("的", question)
    for name in ("pointing", "national"):
        for span in reversed(list(wording(name).each(question))):
            question = f"{question[: span.start]}的{question[span.end :]}"
    return question


def facts_about(question: str) -> tuple[str, ...]:
    """Which facts about a notice are asked, in the order of the question: addressees, effective, issued, issuer, basis, number, amended; ()
    when it is about content. Words that one fact has taken ask for no other.

    >>> facts_about("44号文主送给谁"), facts_about("签约服务谁牵头"), facts_about("那个方案哪天发的 谁发的 文号")
    (('addressees',), (), ('issued', 'issuer', 'number'))
    """
    found: list[tuple[int, str]] = []
    for fact, asked in _FACTS.items():
        if match := asked.search(question):
            found.append((match.start(), fact))
            question = f"{question[: match.start()]}{'，' * len(match.group())}{question[match.end() :]}"
    return tuple(fact for _, fact in sorted(found))


def day_held(question: str) -> tuple[int | None, int, int] | None:
    """The day the asker holds a document to be issued on, as year (None where unsaid), month and day; None where none is said.

    >>> day_held("是5月8号印发的对吧"), day_held("2020年5月8日发布的吧"), day_held("什么时候印发的")
    ((None, 5, 8), (2020, 5, 8), None)
    """
    found = _DAY_HELD.search(question)
    if found is None:
        return None
    year = int(found["year"]) if found["year"] else None
    return 2000 + year if year is not None and year < 100 else year, int(found["month"]), int(found["day"])


def says(question: str, name: str) -> bool:
    """Whether ``question`` is of the form, or has a word of the list, called ``name``.

    Raises:
        KeyError: the lexicon has neither.

    >>> says("签约服务谁牵头", "ask.duty"), says("那个办法还有效吗", "asks_force"), says("补多少", "national")
    (True, True, False)
    """
    if "." in name:
        return read_form(name).holds(question)
    return lexicon()[name].in_(question) if name in lexicon() else wordlist(name).holds(question)


def verb_or_not(question: str) -> str:
    """The verb that a question repeats with 不 between (免 of 免不免); "" where it repeats none.

    >>> verb_or_not("行政收费免不免"), verb_or_not("小孩包括不包括"), verb_or_not("能不能报")
    ('免', '包括', '')
    """
    found = _VERB_OR_NOT.search(question)
    return found["v"] if found else ""


def asks_yes_or_no(question: str) -> bool:
    """Whether one yes or no is asked for: closed, and nothing else asked beside it.

    >>> asks_yes_or_no("民营医院能参加吗"), asks_yes_or_no("能补多少"), asks_yes_or_no("罚款归谁，能报销吗")
    (True, False, False)
    """
    bare = question.rstrip("？?。！!~ ")
    closed = wording("ask_closed").in_(bare) or verb_or_not(bare) or bare.endswith(("不", "没", "吧", "没有"))
    return closed and not wording("ask_open").in_(wording("ask_closed").without(bare))
