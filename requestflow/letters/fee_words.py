"""What a letter says of a processing fee (信息处理费)."""

from requestflow.cases import Event, FeeNotified, particulars_of
from requestflow.law import Pack, jurisdiction_of


def fee_basis(pack: Pack, event: Event) -> str:
    """How a fee notice was counted, and by what; empty for other steps."""
    if event.kind != "fee_notified":
        return ""
    notice = particulars_of(event, FeeNotified)
    rule = next((item for item in pack.fees if item.code == notice.rule), None)
    if rule is None:
        return ""
    unit = "件" if rule.step_every else "页"
    message = f"{rule.label.zh}，本次{notice.number or '＿＿'}{unit}"
    if notice.earlier:
        message += f"（本自然月此前已申请{notice.earlier}{unit}）"
    money = currency(pack)
    tiers = [f"第{tier.first}{unit}起每{unit}{amount(tier.fen)}{money}" for tier in rule.tiers]
    more = (
        f"，此后每增加{rule.step_every}{unit}每{unit}增加{amount(rule.step_fen or 0)}{money}"
        if rule.step_every
        else ""
    )
    return f"{message}；{'，'.join(tiers)}{more}（{rule.article}）"


def currency(pack: Pack) -> str:
    """What is written behind an amount."""
    return jurisdiction_of(pack.jurisdiction).currency.label.zh


def amount(fen: int) -> str:
    """An amount in hundredths of the currency (fen, cents) as a letter has it."""
    full, rest = divmod(fen, 100)
    return f"{full}.{rest:02d}" if rest else str(full)
