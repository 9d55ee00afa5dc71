"""Posts (任职): a role at a unit that somebody has beside their own (兼任), or takes up later."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, union, update
from sqlalchemy.orm import Session, joinedload

from requestflow.accounts.audit import record_access
from requestflow.accounts.models import Person, Post, Unit
from requestflow.accounts.people import PersonRefused, place_person, require_change, require_role
from requestflow.accounts.policy import Actor, require
from requestflow.accounts.sessions import StaffSession
from requestflow.accounts.tree import within
from requestflow.foundation import NotFound, RequestflowError, text

MOST = 20
"""Posts of one person."""


def enter_post(
    session: Session,
    actor: Actor,
    person: Person,
    role: str,
    unit: Unit,
    first_day: date,
    instead: bool,
    now: datetime,
) -> Post:
    """Enters a role at a unit that somebody is to have beside their own, or `instead` of it from a
    later day on; whoever does it may do so for both units. Refused, PersonRefused."""
    require_change(actor, person)
    require(actor, "people.change", unit.path)
    require_role(role)
    present = posts_of(session, person.id)
    if len(present) >= MOST:
        raise PersonRefused("role", text("Remove a post first: nobody can have more."))
    held = [(post.role, post.unit_id) for post in present if post.instead == instead]
    own = (person.role, person.unit_id)
    if (role, unit.id) in held or (not instead and (role, unit.id) == own):
        raise PersonRefused("role", text("%(name)s has this post already.", name=person.name))
    if instead:
        # One that was decided before is overtaken.
        session.execute(delete(Post).where(Post.person_id == person.id, Post.instead))
    post = Post(
        person_id=person.id,
        role=role,
        unit_id=unit.id,
        first_day=first_day,
        instead=instead,
        entered_by=actor.name,
        entered_at=now,
    )
    session.add(post)
    detail = f"{'→' if instead else '+'} {role} {unit.code} {first_day}"
    record_access(session, actor, "post entered", person.username, now, detail)
    session.flush()
    return post


def end_post(session: Session, actor: Actor, post_id: int, now: datetime) -> Person:
    """Takes a post back, also of somebody of another unit; whoever acts in it does so no longer.
    The person whose it was. Refused, NotFound."""
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound(text("This post has already ended."))
    require(actor, "people.change", post.unit.path)
    chosen = update(StaffSession).where(StaffSession.post_id == post.id).values(post_id=None)
    session.execute(chosen)
    detail = f"{post.role} {post.unit.code}"
    record_access(session, actor, "post ended", post.person.username, now, detail)
    session.delete(post)
    return post.person


def posts_of(session: Session, person_id: int) -> Sequence[Post]:
    """The posts that somebody has beside their own or takes up later, in the order of their
    days."""
    query = select(Post).where(Post.person_id == person_id).order_by(Post.first_day, Post.id)
    return list(session.scalars(query))


def units_of(session: Session, username: str, today: date) -> set[int]:
    """The keys of the units at which somebody works: their own, and those of further posts."""
    person = Person.username == username
    own = select(Person.unit_id).where(person)
    further = (
        select(Post.unit_id)
        .join(Person, Person.id == Post.person_id)
        .where(person, Post.first_day <= today, Post.instead.is_(False))
    )
    return set(session.scalars(union(own, further)))


def posts_within(session: Session, actor: Actor, unit_path: str) -> Sequence[Post]:
    """The posts at a unit and at all below it of people whose own unit is another; Refused."""
    require(actor, "people.change", unit_path)
    query = (
        select(Post)
        .join(Post.unit)
        .where(within(unit_path), Post.person_id.in_(select(Person.id).where(Person.active)))
        .order_by(Unit.path, Post.id)
        .options(joinedload(Post.person))
    )
    posts = session.scalars(query)
    return [post for post in posts if not post.person.unit.path.startswith(unit_path)]


def choose_post(
    session: Session, actor: Actor, session_id: int, post_id: int | None, today: date
) -> None:
    """Has the actor act in one of their posts from now on in that session, or (None) in their own
    role and unit; NotFound, Refused."""
    require(actor, "account.own")
    own = select(Post.id).where(
        Post.id == post_id,
        Post.person_id == actor.person_id,
        Post.first_day <= today,
        Post.instead.is_(False),
    )
    if post_id is not None and session.scalar(own) is None:
        raise NotFound(text("This post has already ended."))
    session.execute(
        update(StaffSession).where(StaffSession.id == session_id).values(post_id=post_id)
    )


def take_up_posts(session: Session, day_of: Callable[[str], date], now: datetime) -> None:
    """Gives people the role and unit that are theirs from today on, the day being that of the
    unit's jurisdiction. What cannot be done, as it would leave nobody to let others in, is
    recorded and dropped."""
    # No zone is a day ahead of UTC's.
    latest = now.date() + timedelta(days=1)
    query = select(Post).where(Post.instead, Post.first_day <= latest).order_by(Post.id)
    for post in session.scalars(query).all():
        if post.first_day > day_of(post.unit.jurisdiction):
            continue
        by = Actor(post.entered_by, "system")
        try:
            place_person(session, by, post.person, post.role, post.unit, now)
        except RequestflowError as error:
            reason = str(error.text)
            record_access(session, by, "post refused", post.person.username, now, reason)
        session.delete(post)
