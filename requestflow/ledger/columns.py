"""The columns of the offices' spreadsheets, what else they are called, and what words mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from requestflow.spreadsheets import NOTHING, Column

FIRST_LAW = date(2008, 5, 1)
"""The day on which the first law came into force (Order 492 of 2007, art. 38)."""

_NOT_EXTENDED = ("未延期", "不延期", "无延期", "未延长", "没有延期", "否")
_NOT_ASKED_BACK = ("未补正", "无需补正", "不需补正", "未要求补正", "否")
_NOT_CONSULTED = ("未征求", "无需征求", "不涉及第三方", "不涉及", "否")
_NOT_ANSWERED = ("未答复", "待答复", "未办结", "办理中", "在办", "正在办理")
_PENDING = ("未审结", "未结", "审理中", "在审", "未决", "尚未审结")

APPLICATIONS = (
    Column("place", "序号", ("编次",)),
    Column("number", "申请编号", ("编号", "申请号", "登记编号", "受理编号"), True),
    Column("unit", "受理单位", ("办理单位", "答复单位", "行政机关", "单位"), True),
    Column("applicant_kind", "申请人类型", ("申请人类别", "申请人性质"), True),
    Column("name", "申请人名称", ("申请人", "申请人姓名", "姓名", "申请人姓名或名称")),
    Column("identity_number", "证件号码", ("身份证号", "身份证号码", "统一社会信用代码")),
    Column("phone", "联系电话", ("电话", "手机", "联系方式")),
    Column("email", "电子邮箱", ("邮箱", "电子邮件地址")),
    Column("channel", "申请方式", ("申请渠道", "提交方式"), True),
    Column("received_on", "收到申请日期", ("收到日期", "收件日期", "受理日期", "申请日期"), True),
    Column(
        "subject", "申请内容", ("申请公开内容", "所需信息", "所需政府信息内容", "内容描述"), True
    ),
    Column("delivery_form", "获取方式", ("获取信息方式", "提供方式")),
    Column(
        "clarification_asked",
        "补正告知日期",
        ("告知补正日期", "补正通知日期"),
        nothing=_NOT_ASKED_BACK,
    ),
    Column("clarified_on", "补正收到日期", ("收到补正日期", "补正日期"), nothing=_NOT_ASKED_BACK),
    Column("third_party_asked", "征求第三方意见日期", ("征求意见日期",), nothing=_NOT_CONSULTED),
    Column(
        "third_party_answered", "收到第三方意见日期", ("第三方回复日期",), nothing=_NOT_CONSULTED
    ),
    Column(
        "extended_on",
        "延期告知日期",
        ("延期日期", "延期答复告知日期", "延长答复告知日期", "延期答复日期"),
        nothing=_NOT_EXTENDED,
    ),
    Column("answered_on", "答复日期", ("办结日期", "答复时间"), True, nothing=_NOT_ANSWERED),
    Column("outcome", "答复结果", ("办理结果", "答复类型"), True, nothing=_NOT_ANSWERED),
    Column("ground", "理由", ("不予公开理由", "答复理由", "原因"), True),
    Column("fee_charged", "收取费用（元）", ("收取费用", "收费", "收费金额（元）")),
    Column("fee_waived", "减免费用（元）", ("减免费用", "减免", "减免金额（元）")),
    Column("remarks", "备注", ("说明", "附注")),
)
RECONSIDERATIONS = (
    Column("place", "序号"),
    Column("number", "申请编号", ("编号", "申请号", "登记编号"), True),
    Column("authority", "复议机关", ("行政复议机关",)),
    Column("filed_on", "收到复议申请日期", ("复议申请日期", "申请复议日期"), True),
    Column("concluded_on", "审结日期", ("复议决定日期", "结案日期"), True, nothing=_PENDING),
    Column("result", "复议结果", ("行政复议结果", "复议决定"), True, nothing=_PENDING),
)
SUITS = (
    Column("place", "序号"),
    Column("number", "申请编号", ("编号", "申请号", "登记编号"), True),
    Column("authority", "受理法院", ("法院", "审理法院")),
    Column("filed_on", "立案日期", ("收到起诉状日期", "起诉日期"), True),
    Column("after_reconsideration", "是否经过复议", ("是否经复议", "复议后起诉")),
    Column("concluded_on", "审结日期", ("判决日期", "结案日期"), True, nothing=_PENDING),
    Column("result", "诉讼结果", ("行政诉讼结果", "判决结果"), True, nothing=_PENDING),
)

MAY_BE_BLANK = frozenset({"answered_on", "outcome", "ground", "concluded_on", "result"})
"""Columns that must be there, but in which nothing need stand."""


@dataclass(frozen=True)
class SheetKind:
    """A kind of sheet: its title, its columns, and the column by which it is told."""

    kind: str
    title: str
    columns: tuple[Column, ...]
    telling: str

    @cached_property
    def nothing(self) -> Mapping[str, frozenset[str]]:
        """What stands for nothing, by column: nothing does where something must stand."""
        return {
            column.key: frozenset()
            if column.required and column.key not in MAY_BE_BLANK
            else NOTHING | frozenset(column.nothing)
            for column in self.columns
        }

    def header(self, key: str) -> str:
        """The Chinese header of a column."""
        return next(column.header for column in self.columns if column.key == key)


SHEETS = (
    SheetKind("application", "申请台账", APPLICATIONS, "received_on"),
    SheetKind("reconsideration", "行政复议", RECONSIDERATIONS, "filed_on"),
    SheetKind("suit", "行政诉讼", SUITS, "filed_on"),
)

APPLICANT_KINDS = {
    "自然人": "person",
    "公民": "person",
    "个人": "person",
    "商业企业": "enterprise",
    "企业": "enterprise",
    "科研机构": "research",
    "社会公益组织": "welfare",
    "社会团体": "welfare",
    "法律服务机构": "legal",
    "律师事务所": "legal",
    "其他": "other",
    "其他组织": "other",
}
CHANNELS = {
    "网络": "internet",
    "互联网": "internet",
    "网上": "internet",
    "在线": "internet",
    "信函": "post",
    "邮寄": "post",
    "信件": "post",
    "当面": "in_person",
    "现场": "in_person",
    "窗口": "in_person",
    "传真": "fax",
    "电子邮件": "mail",
    "邮件": "mail",
}
DELIVERY_FORMS = {
    "纸质": "paper",
    "纸面": "paper",
    "电子邮件": "email",
    "查阅": "inspection",
    "当场查阅": "inspection",
    "光盘": "disc",
}
YES_NO = {
    **dict.fromkeys(("是", "有", "已", "经过", "Y", "YES", "TRUE", "1", "√"), True),
    **dict.fromkeys(("否", "无", "未", "未经", "N", "NO", "FALSE", "0", "×", ""), False),
}


def header_of(field: str) -> str:
    """What the ledger calls a field of a case; the field itself where it has no column."""
    named = {"remedies": "行政复议、行政诉讼", "party": "申请人", "notes": "备注"}
    headers = {column.key: column.header for column in APPLICATIONS}
    return named.get(field) or headers.get(field, field)
