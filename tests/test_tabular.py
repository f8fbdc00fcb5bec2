"""A row of a table told with the names of its columns passes the gate whole; a value in another column does not."""

from __future__ import annotations

import pytest

from assistant.answering.draft import Statement
from assistant.verification.tabular import is_row_of

HEAD = "|序号|事项|主要内容|牵头单位|"
ROW = "|9|上门服务。|服务对象是65岁以上老人；2名医师同去。每年不少于4次。|甲市民政局|"
GIVEN = "某办法规定："


def said(text: str) -> Statement:
    return Statement(f"{GIVEN}{text}", (), given=GIVEN)


@pytest.mark.parametrize(
    "text",
    [
        "序号：9；事项：上门服务；主要内容：服务对象是65岁以上老人；2名医师同去。每年不少于4次；牵头单位：甲市民政局。",
        "事项：上门服务；主要内容：每年不少于4次；牵头单位：甲市民政局。",
        "9；上门服务；牵头单位：甲市民政局。",
    ],
)
def test_cells_of_the_row_in_their_order(text: str) -> None:
    assert is_row_of(said(text), [ROW, HEAD])


@pytest.mark.parametrize(
    "text",
    [
        "序号：2；事项：上门服务。",
        "事项：甲市民政局。",
        "牵头单位：上门服务；事项：甲市民政局。",
        "主要内容：每年不少于9次。",
        "主要内容：4次。",
        "配合单位：甲市民政局。",
        "",
    ],
)
def test_another_value_another_column_or_another_order(text: str) -> None:
    assert not is_row_of(said(text), [ROW, HEAD])


def test_only_a_row_with_its_heads_counts() -> None:
    row = said("序号：9；事项：上门服务。")
    assert not is_row_of(row, [ROW])
    assert not is_row_of(row, ["序号9，事项上门服务", HEAD])
