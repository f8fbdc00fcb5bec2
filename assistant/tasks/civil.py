"""Civil words, and what the assistant cannot do, said in one sentence with what it can (寒暄与做不到的事)."""

from __future__ import annotations

from assistant.query.types import Task

CAN = "可以问文件里的指标、时限、措施、责任单位和适用范围，也可以列出库里的文件、总结一份文件、列时间表、对比两地或两份文件、起草和核对文稿。"
"""What the assistant can do, behind what it cannot."""
CIVIL = {
    Task.GREETING: f"您好。{CAN}",
    Task.THANKS: "不客气。还有要查的，直接问就行。",
    Task.FAREWELL: "好的，再见。需要时随时来问。",
    Task.HELP: f"这里依据库内收录的政策文件作答，每句都注明出处。{CAN}例如：家庭医生签约由谁牵头？",
}
"""Answers to what asks nothing of the notices."""
CANNOT = {
    Task.TRANSLATE: f"本助手不做翻译，只用中文引用文件原文。{CAN}",
    Task.OUTSIDE: f"这件事做不到：库里只有文件，没有实际完成、落实和统计情况，也不能代办、外发或上网查询。{CAN}",
    Task.WRITE: f"没有找到可供引用的规定，写不成有出处的文稿。{CAN}",
}
"""Refusals of tasks, by task."""
QUOTED_FOR_WRITING = "没有拼成公文：所引原文可用于写稿，实际落实情况库里没有，要由您填写；也可到“起草”页选好文件再拼。"
"""Beside the clauses that a text to be written may quote; where it is shown is for the page to say."""
WRITTEN = "这是用库内条文拼成的草稿，条文照录，【】里的由您填写；要存成 Word，请到“起草”页。"
"""Beside a document that was assembled in the conversation."""
PUT_TOGETHER = "这是用库内条文拼成的，条文照录、没有改写，口气要由您调；【】里的由您填写。"
"""Beside an everyday text that was put together in the conversation."""
