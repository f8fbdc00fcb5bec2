"""What sort of answer a question wants (问题类型), by its wording.

Patterns are quick and explainable and know the common forms of asking; what they were never told of, the router learnt
from examples (``router.py``) adds: its share of each kind, plus ``PATTERN`` for the kind the patterns say. None of it is
tied to a notice. The trap: what is out of scope is refused, so there the router must be all but certain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.types import Kind, RefusalReason
from corpus.wording import wording
from corpus.wordlists import wordlist

_BODY = re.compile(
    r"谁(?:来)?(?:去)?(?:办(?!理)|弄|做(?!主)|干)|换成(?:了)?谁|派给(?:了)?谁|找谁(?!谈)|哪(?:几)?家(?:来)?(?:弄|管|办(?!的)|干|抓|主抓|管总)|主抓|管总|[两几]个牵头|改(?:由|成)谁|谁(?:来)?(?:负责|牵头|管|抓|主管|主抓|落实|出面|挑头)|(?:归|由|找|该找)(?:谁(?:管|负责|牵头|抓|来)|哪(?!儿|里)|什么(?:部门|单位))|"
    r"(?:哪个|那个|哪些|哪几个|哪[一二两三四五]个|哪家|什么|啥|几个)(?:部门|单位|厅局|委办局|科局|厅|局|委)(?!.{0,4}(?:要|应|可以|可|能)(?:达到|设|建))|"
    r"(?:责任|负责)(?:的)?(?:单位|部门|主体|分工)|主责|领头|带头(?:的|部门|单位)|有份|(?:都)?有谁|(?:有没有|有无)责任|牵头(?:单位|部门|的是|是谁|方|负责)|主管(?:单位|部门)|(?:配合|参与|协同)(?:单位|部门|的有)|"
    r"部门分工|谁的(?:活|事|责任|职责)|是谁|(?:谁|哪.{0,4})(?:打头|排头)|打头[？?]?$|(?:排|列)(?:在)?(?:第一|首位|头一)|谁说了算|谁(?:有责任|担责|配合|参与)|牵头$|负责$|哪家(?:牵头|负责)"
)
_APPLIES = re.compile(
    r"适用|约束|跟不跟|守不守|(?:要不要|用不用|得不得|是不是).{0,3}(?:守|遵)|站得住|压不压|压(?:到|在)我们|受(?:同样|一样|这个)?(?:的)?(?:限|约束)|套(?:不套)?(?:得上|上|到|在)(?:我|咱|不|吗|头)|够(?:得|不)着|卡(?:不卡)?(?:我们|他|咱|人)|跟着(?:报|走)|(?:还|今天).{0,4}认不认|认不认|还?照(?:它|这个|那个)(?:走|来)|该?引哪|硬杠杠?[？?]?$|有没有(?:我们|咱|我院)|(?:发|主送)(?:到|给)?(?:了)?(?:我们|咱)|堵我们|受.{1,8}管|(?:是不是|是否)(?:我们|咱们?|我院|本院)?(?:也)?(?:该|要|得|应|必须)|(?:是不是|是否|该不该|用不用|要不要).{0,8}(?:执行|遵守|照办|照着?.{1,3}[开办做来])|(?:能|可以|可不可以|好|能不能)(?:引|援引|套用|搬)|管不管|管得(?:了|着|到)|归.{0,10}(?:文|文件|方案|通知)管|管(?:我们|咱|到|着)|有效(?!率|性|供给|形成|运行|控制)|作废|废止|失效|过期|过时|听.{1,8}的(?:吗|么|不)|还算数|算不算数|管用|当依据|作数|效力|"
    r"(?:按|依|照|执行|遵照|参照|听|看|用|以|套|认|走)(?:的是|着|省里|市里|国家|上面|的|照)*(?:哪|什么|啥)(?:一?[个份部条]|文件|通知|方案|规定|政策|为准)|"
    r"(?:哪|什么|啥)(?:一?[个份部])?(?:文件|通知|方案|政策).{0,6}(?:管|适用|为准|算数|有效|说了算|依据)|以哪|还(?:能|可以|要|得)(?:用|执行|按|照)|"
    r"(?:能|可以|要不要|用不用|需不需要|是不是要|应不应该|该不该|得不得|必须|得|要|应该|可不可以|能不能)(?:也)?(?:按|照|执行|遵守|参照|照搬|套|落实|拿来)(?!.{0,14}(?:多少|几|比例))|"
    r"(?:能|可以|可不可以|可否)用.{0,8}(?:方案|文件|规定|政策|办法|标准)|依据.{1,12}(?:不|吗|么|行不行)[？?]?$|(?:跟|和|与|对)(?:我们|咱|我院|本院).{0,6}(?:无关|有关|没关系|有关系|不相干)|生效|施行了吗|出台了吗|印发了吗|(?:还)?在(?:执行|用)(?:吗|么|不)|替代|取代|对(?:我们|咱们|我院|本院|我们医院|我).{0,6}(?:有用|管用|有约束|算数|有没有用|起作用|有效)|"
    r"(?:照搬|照办|照做|(?:跟着|照着|也照)(?:做|办|来|执行))|依据(?:是)?(?:哪|什么)|哪.{0,3}(?:文件|通知|方案)(?:里|中)?(?:规定|说|写)?的?$"
)
_COMPARE = re.compile(
    r"不同|不一样|区别|差别|差异|对比|比较一下|相比|比一比|比比|对照|异同|哪(?:边|个|里|儿|家|地).{0,6}(?:高|低|多|少|早|晚|严|松|快|慢|细|更)|谁(?:更|的)?(?:高|低|多|少|早|晚|严)|"
    r"分别|各(?:是|自|怎么|有)|(?:两|三|几)(?:地|边|个地方|个市|家|省)|一样吗|相同|都(?:是|怎么|要求|有|规定)"
)
NOW_WORDS = "现在|如今|眼下|目前|最新"
"""How a question asks for what holds now."""
_CHANGE = re.compile(
    r"(?:19|20|[^\d])?[012]\d年(?!底|末|前|内).{2,30}(?:现在|如今|眼下|目前|最新|新文|新方案|新规|后来|改成|改了)|(?:现在|如今|眼下|目前|最新).{2,30}(?:老文件|旧文件|以前|原先|当年|那会儿|[012]\d年(?:说|讲|写|定|的|那))|(?:以前|原先|老早|当初|过去).{2,24}(?:最新|新文|现在|如今|眼下|后来|这两年)|老数|旧数|(?:现在|如今|目前)还(?:执行|算|管|有|在|是|要|作)(?!什么|哪|啥)|还(?:在)?执行(?:吗|么|不|没)|还有没有意义|还有意义|有的说.{1,12}有的说|说法不一|说的不一样|哪个(?:说法)?(?:对|为准|新|算数)|变化|变了|怎么变|变成|变没变|有没有变|改了|改没改|前后|调整了|(?:新|老|旧)(?:文件|方案|规定|政策|的(?=[，,。？?]|$))|以前.{0,16}现在|原来.{0,16}(?:现在|后来)|历年|演变|"
    r"还是(?:原来|以前|老)|(?:从|比)(?:20)?\d{2}年?.{0,8}(?:到|至).{0,12}(?:怎么|有何|如何)|冲突|矛盾|打架|不一致|以哪个(?:为准)?|后来"
)
_FIGURE = re.compile(
    r"多少|几(?:十|百|千|多)?(?:万|亿|钱)|几个亿|封顶|(?<!哪)几(?:个|家|名|成|张|所|种|类|次|回|人|天|个月|元|处|间|位|例|岁|周岁|倍|块)|(?:起码|至少|最少|不少于)|几点几|比例|百分之|百分比|占比|(?:率|数|额|量)(?:是|要|得|达)?(?:到)?(?:多|几|啥|什么|$|？|\?)|"
    r"多(?:大|高|长|重)(?!时间)|几分|上限|下限|不超过|最(?:低|多|高)(?:能|是|要|多|几)?|指标(?:是|多|要)|翻(?:几|多)|(?:率|比例|占比)(?:呢|目标|要求|指标)"
)
_DEADLINE = re.compile(
    r"什么时候|啥时候|何时|哪(?:一)?年|几年(?:底|前|内|之前)|几月|时限|期限|截止|到哪年|多久|啥时|什么时间|多长时间|时间(?:表|节点|要求|点)|几时|何年|"
    r"(?:到|在)(?:几|哪)(?:号|月|年)|最(?:迟|晚)|进度(?:要求|安排|表)|期(?:末)?目标时间|年份|哪天|几号|时间呢|多会儿"
)
_LIST = re.compile(
    r"哪些|哪[一二两三四五六七八九十几\d]{1,2}(?:样|项|步|个|块|类|种|条|点|方面|大|家|件)|(?:都|各)?指(?:啥|什么|哪)|是(?:啥|哪些|什么)(?:内容|东西|啊|呀)?$|有啥|有什么|都(?:有|包括|要)|哪几|几(?:条|项|方面|点|大)(?:措施|任务|要求|工作|举措|内容)|措施|举措|列(?:一下|出|举|个)|清单|任务|怎么(?:推进|加强|开展|搞|做|干|抓|落实|建设|推|弄|完善|改|提升|健全|促进|发展)|"
    r"如何(?:推进|加强|开展|做|落实|建设|完善|改革|提升|健全|促进|发展)|要(?:做|干|抓|搞)(?:什么|啥|哪)|做(?:什么|啥)|(?:主要)?内容|要点|要求(?:有|是|都|呢)?(?:什么|哪些|啥)?|包括|抓手|安排|说说|讲了|概括|总结"
)
_DURATION = re.compile(
    r"(?:待|要|干|满|少于|至少|连续|支援|服务|工作)(?:上|够)?(?:多久|多长时间|几个月|几年|多少(?:天|个月|年))|多长时间(?!内)|多少个月"
)
_BALANCED = re.compile(r"(?P<verb>.)多少.多少")
"""进多少卖多少, 有多少算多少: no figure is asked."""
_YES_NO = re.compile(r"(?:吗|么|不|没)[？?]?$|是不是|能不能|可不可以|行不行|有没有")
_MUST_FIGURE = re.compile(r"多少(?!挂钩|有|给)|百分|几成|比例|占比|硬杠杠")
_STRONG_LIST = re.compile(r"哪些|哪几|还有(?:啥|什么|哪)|都有|列(?:一下|出|举|几个)|分别是(?:什么|啥|哪)")
_TEXT_ONLY = re.compile(
    r"是什么|什么意思|怎么(?:规定|说|算|补|定|写|办|处理|分|发)|是否|能不能|可以|吗[？?。]?$|行不行|可不可以"
)
_MEDICAL = re.compile(
    r"(?:我|我妈|我爸|我家|孩子|老人|家里人|患者|病人|爷爷|奶奶|老婆|老公|小孩|宝宝|本人|老爸|老妈|母亲|父亲|亲戚|朋友)?.{0,12}"
    r"(?:吃(?:什么|啥|哪种|点什么|点啥|几[片粒])药?|(?:该|能|可以|要)吃.{0,8}药|(?:用|开|打|换)(?:什么|啥|哪种)(?:药|针)|怎么(?:吃药|用药|降血压|降糖)|(?:病|疼|痛|炎|症|癌|瘤|烧|咳)(?:了)?(?:该|要)?怎么治|要不要(?:手术|开刀|住院|化疗|输液|吃药)|(?:结节|肿块|息肉|囊肿|骨折).{0,10}(?:要不要|能不能|怎么|严重)|"
    r"剂量|用量|几片|几粒|副作用|偏方|诊断一下|挂什么科|挂哪个科|严重吗|要紧吗|能治好|会不会死|降压药|降糖药|布洛芬|退烧药|烧到\d|美林|泰诺|止痛药|感冒药|退烧|喂.{0,6}(?:药|毫升)|胰岛素|阿司匹林|头孢|抗生素怎么|[\u4e00-\u9fa5]{2,3}(?:地平|沙坦|普利|他汀|西林|霉素|洛尔|双胍|列净|沙星|拉唑)|加(?:点)?什么药|加不加量|要不要加量|停药|换药|"
    r"(?:发烧|咳嗽|头疼|头痛|肚子疼|胸闷|胸口疼|胸痛|拉肚子|血压|血糖|尿酸|高烧).{0,10}(?:怎么办|咋办|怎么处理|吃|正常吗|咋整|怎么回事|要不要紧|能不能))"
)
_POLICY_WORDS = re.compile(r"政策|方案|文件|通知|医保|改革|目录|采购|加成|管理|机构|中心|覆盖|率|建设|试点|标准化|监测")
_INJECTION = re.compile(
    r"忽略(?:掉)?(?:以上|上面|之前|前面|所有|你)|无视(?:以上|上面|之前|所有)|(?:你的|系统|内部)(?:系统)?(?:提示词?|指令|设定|prompt)|system\s*prompt|"
    r"ignore (?:all|the|previous|above|any)|disregard|你现在是|从现在(?:开始|起)你|扮演|假装你|越狱|jailbreak|developer mode|开发者模式|"
    r"<\s*script|javascript:|onerror\s*=|drop\s+table|"
    r"(?:输出|打印|泄露|告诉我|说出|展示|复述)(?:你的)?(?:密钥|api.?key|密码|提示词|系统指令)|api[_ ]?key|"
    r"(?:不要|不用|不必|别)(?:管|理会?|引用|标注?)(?:规则|引用|文件|来源|出处)|统一(?:答复|回答|回复)|重复一遍那?句|编(?:一个|个|造)(?:数字|答案|文号|一份|文件)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wants:
    """The primary kind and what else the question asks for besides."""

    kind: Kind
    figure: bool = False
    deadline: bool = False
    body: bool = False
    listing: bool = False
    out_of_scope: RefusalReason | None = None


PATTERN = 0.5
"""What a matching pattern adds to the router's share of its kind; 0.2 to 0.5 do alike on questions neither saw."""
AGREES = 5.0
"""Times its share that the pattern of a change adds at most."""
ELSEWHERE = 0.9
"""Share from which a question that names no document is out of scope; ten of 11,900 of ours reach it, documents left out."""
_SAYS, _SURE, _UNSURE = 0.5, 0.6, 0.4


def classify(
    question: str,
    *,
    places: int = 0,
    notices_same_place: int = 0,
    documents: int = 0,
    shares: Mapping[str, float] | None = None,
) -> Wants:
    """The kind of ``question``.

    Args:
        places: how many different places the question names.
        notices_same_place: how many notices of one place it names.
        documents: how many notices it names.
        shares: the router's share of each kind; None leaves the patterns alone.

    >>> classify("家庭医生签约服务谁牵头？").kind.value
    'body'
    >>> classify("到2025年底多少县市要建成医共体").kind.value
    'figure'
    """
    wants = _by_pattern(question, places, notices_same_place)
    if not shares or wants.out_of_scope or notices_same_place >= 2:
        return wants
    shares = _ours(shares, question, documents)
    if wants.kind is Kind.COMPARISON:  # 隔壁湛江那份我们用得着理吗: two places, and one question whether it binds
        binds = shares.get(Kind.APPLICABILITY, 0.0) >= _SURE and not _COMPARE.search(question)
        return replace(wants, kind=Kind.APPLICABILITY) if binds else wants
    if shares.get(Kind.OUT_OF_SCOPE, 0.0) >= ELSEWHERE and not documents:
        return Wants(Kind.OUT_OF_SCOPE, out_of_scope=RefusalReason.OUT_OF_SCOPE)
    if places >= 2:  # 湛江能不能用资阳的方案: one place's document for another, which is no comparison
        return wants
    judged = {k: shares.get(k, 0.0) for k in _ROUTED}
    if wants.kind is Kind.CHANGE:  # 改了, 后来 are said of many things: there the router has to agree
        judged[Kind.CHANGE] += min(PATTERN, AGREES * judged[Kind.CHANGE])
    elif wants.kind in judged and wants.kind is not Kind.TEXT:
        judged[wants.kind] += PATTERN
    if not wants.body and judged[Kind.BODY] < _SURE:
        judged[Kind.BODY] = 0.0  # 哪家, 谁 ask for many things besides who is in charge
    kind = max(_ROUTED, key=lambda k: judged[k])
    if judged[kind] < _UNSURE or (wants.kind is Kind.APPLICABILITY and wordlist("asks_which").holds(question)):
        kind = wants.kind
    return replace(
        wants,
        kind=kind,
        figure=wants.figure or shares.get(Kind.FIGURE, 0.0) >= _SAYS,
        deadline=wants.deadline or shares.get(Kind.DEADLINE, 0.0) >= _SAYS,
        body=wants.body or shares.get(Kind.BODY, 0.0) >= _SAYS,
        listing=wants.listing or shares.get(Kind.LIST, 0.0) >= _SAYS,
    )


def _ours(shares: Mapping[str, float], question: str, documents: int) -> Mapping[str, float]:
    """The router's kinds as ours: may one, must one (``ruling``) is read in the clause, unless a document is asked about;
    a fact of a document (``document``) is text."""
    judged = dict(shares)
    ruling = judged.pop("ruling", 0.0)
    of_document = bool(documents) or wording("document_noun").in_(question)
    to = Kind.APPLICABILITY if of_document and _APPLIES.search(question) else Kind.TEXT
    judged[to] = judged.get(to, 0.0) + ruling
    judged[Kind.TEXT] = judged.get(Kind.TEXT, 0.0) + judged.pop("document", 0.0)
    return judged


_ROUTED = (Kind.TEXT, Kind.FIGURE, Kind.LIST, Kind.BODY, Kind.DEADLINE, Kind.APPLICABILITY, Kind.CHANGE)
"""Kinds the router decides between; places decide a comparison."""


def _by_pattern(question: str, places: int, notices_same_place: int) -> Wants:
    wants_figure = bool(_FIGURE.search(_BALANCED.sub("", question)))
    wants_deadline = bool(_DEADLINE.search(question))
    wants_body = bool(_BODY.search(question))
    wants_list = bool(_LIST.search(question))
    if _DURATION.search(question):
        wants_figure, wants_deadline = True, False
    elif wants_figure and _YES_NO.search(question) and not _MUST_FIGURE.search(question):
        wants_figure = False

    def made(kind: Kind) -> Wants:
        return Wants(kind, wants_figure, wants_deadline, wants_body, wants_list)

    if _INJECTION.search(question):
        return Wants(Kind.OUT_OF_SCOPE, out_of_scope=RefusalReason.INJECTION)
    if _MEDICAL.search(question) and not _POLICY_WORDS.search(question):
        return Wants(Kind.OUT_OF_SCOPE, out_of_scope=RefusalReason.MEDICAL_ADVICE)
    applies = bool(_APPLIES.search(question))
    if places >= 2 and not (applies and not _COMPARE.search(question)):
        return made(Kind.COMPARISON)
    if notices_same_place >= 2 or (not wants_body and _CHANGE.search(question) and not (applies and not wants_figure)):
        return made(Kind.CHANGE)
    if applies:
        return made(Kind.APPLICABILITY)
    if wants_body:
        return made(Kind.BODY)
    if wants_deadline and not wants_figure:
        return made(Kind.DEADLINE)
    if wants_figure and _STRONG_LIST.search(question) and not re.search(r"多少|百分之|几成", question):
        return made(Kind.LIST)
    if wants_figure:
        return made(Kind.FIGURE)
    if wants_list and not _TEXT_ONLY.search(question):
        return made(Kind.LIST)
    return made(Kind.TEXT)
