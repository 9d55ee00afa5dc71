"""Saved views: filters of the list of cases that somebody gave a name."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from requestflow.foundation import Model, RequestflowError, UtcDateTime, text

MOST = 30
LONGEST_NAME = 40


class SavedView(Model):
    """A person's view: its name, and the filters as they stand in the list's address."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    query: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ViewRefused(RequestflowError):
    """A view that cannot be saved."""


_OF_PERSON = (
    select(SavedView).where(SavedView.person_id == bindparam("person_id")).order_by(SavedView.name)
)


def views_of(session: Session, person_id: int) -> Sequence[SavedView]:
    """A person's views by name."""
    return list(session.scalars(_OF_PERSON, {"person_id": person_id}))


def save_view(session: Session, person_id: int, name: str, query: str, now: datetime) -> None:
    """Saves a view, in the place of one of the same name; ViewRefused."""
    name = name.strip()
    if not name:
        raise ViewRefused(text("Enter a name for the view."))
    if len(name) > LONGEST_NAME:
        raise ViewRefused(text("This is too long."))
    known = {view.name: view for view in views_of(session, person_id)}
    if name in known:
        known[name].query, known[name].saved_at = query, now
        return
    if len(known) >= MOST:
        raise ViewRefused(
            text("You already have %(number)s views. Remove one first.", number=MOST),
        )
    session.add(SavedView(person_id=person_id, name=name, query=query, saved_at=now))
    session.flush()


def remove_view(session: Session, person_id: int, view_id: int) -> None:
    """Removes a person's own view; nothing where it is gone already."""
    session.execute(
        delete(SavedView).where(SavedView.id == view_id, SavedView.person_id == person_id)
    )
