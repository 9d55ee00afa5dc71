"""The columns of the offices' spreadsheets, what else they are called, and what words mean."""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column: its name in our export, other names it goes by, whether it must be there."""

    key: str
    header: str
    others: tuple[str, ...] = ()
    required: bool = False


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
    Column("clarification_asked", "补正告知日期", ("告知补正日期", "补正通知日期")),
    Column("clarified_on", "补正收到日期", ("收到补正日期", "补正日期")),
    Column("third_party_asked", "征求第三方意见日期", ("征求意见日期",)),
    Column("third_party_answered", "收到第三方意见日期", ("第三方回复日期",)),
    Column("extended_on", "延期告知日期", ("延期日期", "延长答复告知日期")),
    Column("answered_on", "答复日期", ("办结日期", "答复时间"), True),
    Column("outcome", "答复结果", ("办理结果", "答复类型"), True),
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
    Column("concluded_on", "审结日期", ("复议决定日期", "结案日期"), True),
    Column("result", "复议结果", ("行政复议结果", "复议决定"), True),
)
SUITS = (
    Column("place", "序号"),
    Column("number", "申请编号", ("编号", "申请号", "登记编号"), True),
    Column("authority", "受理法院", ("法院", "审理法院")),
    Column("filed_on", "立案日期", ("收到起诉状日期", "起诉日期"), True),
    Column("after_reconsideration", "是否经过复议", ("是否经复议", "复议后起诉")),
    Column("concluded_on", "审结日期", ("判决日期", "结案日期"), True),
    Column("result", "诉讼结果", ("行政诉讼结果", "判决结果"), True),
)


@dataclass(frozen=True)
class SheetKind:
    """A kind of sheet: its title, its columns, and the column by which it is told."""

    kind: str
    title: str
    columns: tuple[Column, ...]
    telling: str

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
YES_NO = {"是": True, "否": False, "有": True, "无": False, "": False}


def header_text(value: object) -> str:
    """A header as compared: no spaces, full-width forms made plain."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value or "")))


def word(value: object) -> str:
    """A coded word as compared: no spaces, plain forms, no number before it, plain quotes."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value or "")))
    plain = re.sub(r"^(\d{1,2}[.、]|\([一二三四五六七八九十\d]+\))", "", plain)
    return re.sub("[\"'“”‘’「」『』]", "", plain)
