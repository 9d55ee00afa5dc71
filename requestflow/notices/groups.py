"""Chat groups (工作群) of a unit: where they are, and who may add and remove them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from requestflow.accounts import Actor, Unit, require
from requestflow.foundation import (
    EncryptedText,
    Model,
    NotFound,
    RequestflowError,
    UtcDateTime,
    text,
)
from requestflow.notices.chat import SERVICES, WEBHOOK, host_of
from requestflow.notices.models import Message, Reminder

MOST_GROUPS = 20


class GroupRefused(RequestflowError):
    """A chat group that cannot be added; `field` is `name`, `kind`, `address` or `secret`."""

    def __init__(self, field: str, message: object) -> None:
        super().__init__(message)  # type: ignore[arg-type]
        self.field = field


class ChatGroup(Model):
    """A chat group of a unit. `address` is the key of its robot or, for a webhook, its address;
    `secret` is what messages are signed with. Both are as good as a password."""

    __tablename__ = "chat_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(EncryptedText)
    secret: Mapped[str | None] = mapped_column(EncryptedText)
    locale: Mapped[str] = mapped_column(String(10))
    active: Mapped[bool] = mapped_column(default=True)
    added_by: Mapped[str] = mapped_column(String(120))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)


def groups_of(session: Session, unit_id: int) -> Sequence[ChatGroup]:
    """The chat groups of a unit, in the order in which they were added."""
    query = select(ChatGroup).where(ChatGroup.unit_id == unit_id, ChatGroup.active)
    return list(session.scalars(query.order_by(ChatGroup.id)))


def add_group(
    session: Session,
    actor: Actor,
    unit: Unit,
    name: str,
    kind: str,
    address: str,
    secret: str,
    locale: str,
    allowed_hosts: frozenset[str],
    now: datetime,
) -> ChatGroup:
    """Adds a chat group; GroupRefused at the field that is wrong, Refused. A webhook may go only
    to the hosts that the installation allows: it is our network from which it is called."""
    require(actor, "unit.change", unit.path)
    if not name:
        raise GroupRefused("name", text("Enter a name for the group."))
    if len(groups_of(session, unit.id)) >= MOST_GROUPS:
        raise GroupRefused(
            "name", text("A unit can have no more than %(most)s groups.", most=MOST_GROUPS)
        )
    if kind == WEBHOOK:
        _check_webhook(address, secret, allowed_hosts)
    elif kind not in SERVICES:
        raise GroupRefused("kind", text("Select an option."))
    else:
        address = SERVICES[kind].key_in(address)
        if not address:
            raise GroupRefused(
                "address", text("Enter the bot's address or key exactly as shown by the service.")
            )
    group = ChatGroup(
        unit_id=unit.id,
        name=name,
        kind=kind,
        address=address,
        secret=secret or None,
        locale=locale,
        added_by=actor.name,
        added_at=now,
    )
    session.add(group)
    session.flush()
    return group


def _check_webhook(address: str, secret: str, allowed_hosts: frozenset[str]) -> None:
    if host_of(address) not in allowed_hosts:
        raise GroupRefused(
            "address",
            text(
                "Enter an address like https://host/path, on a host allowed in this "
                "installation (REQUESTFLOW_WEBHOOK_HOSTS): %(hosts)s.",
                hosts=", ".join(sorted(allowed_hosts)) or text("none"),
            ),
        )
    if len(secret) < 16:
        raise GroupRefused("secret", text("The signing secret must be at least 16 characters."))


def group_of(session: Session, actor: Actor, group_id: int) -> ChatGroup:
    """The group of that id, whose unit the actor may change; NotFound, Refused."""
    group = session.get(ChatGroup, group_id)
    if group is None or not group.active:
        raise NotFound(text("This group does not exist."))
    require(actor, "unit.change", group.unit.path)
    return group


def remove_group(session: Session, actor: Actor, group_id: int) -> ChatGroup:
    """Takes a group away: nothing is written to it any more, and what waits for it is over."""
    group = group_of(session, actor, group_id)
    group.active = False
    untold = (Reminder.group_id == group_id, Reminder.message_id.is_(None))
    session.execute(delete(Reminder).where(*untold))
    waiting = (Message.group_id == group_id, Message.status == "waiting")
    session.execute(update(Message).where(*waiting).values(status="dead", error="group removed"))
    return group
