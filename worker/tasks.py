"""The tasks: each calls one service and may be run twice."""

from datetime import timedelta

from celery.signals import worker_ready

from requestflow.accounts import (
    clear_audit_trail,
    clear_challenges,
    clear_invitations,
    clear_sessions,
    take_up_posts,
)
from requestflow.applications import clear_drafts
from requestflow.citizens import clear_citizen_sessions, clear_links
from requestflow.foundation import db
from requestflow.imports import clear_imports, work_imports
from requestflow.notices import clear_messages, deliver, sweep, tell_of_accounts, write_digests
from requestflow.seals import make_seals, seal_is_due
from worker.application import app, requestflow
from worker.schedule import Task


@app.task(name=Task.SWEEP)
def sweep_deadlines() -> None:
    """Notes what is due, puts it into the outbox, then has it delivered."""
    application = requestflow()
    settings, now = application.settings, application.now()
    application.openings.write()
    with db.transaction() as session:
        take_up_posts(session, application.today, now)
        tell_of_accounts(session, application.zones, now)
    sweep(application.zones, now)
    if write_digests(application.zones, now, settings.morning):
        deliver_messages.delay()


@app.task(name=Task.DELIVER)
def deliver_messages() -> None:
    """Delivers what waits in the outbox."""
    application = requestflow()
    settings = application.settings
    deliver(
        application.mailer,
        settings.mail_from,
        settings.base_url,
        application.now(),
        application.documents.open_hash,
        application.chat,
    )


@app.task(name=Task.IMPORTS)
def work_on_imports() -> None:
    """Checks and stores the files that were uploaded, and takes back those that shall be."""
    application = requestflow()
    work_imports(application.cases, application.now, application.progress.note)


@app.task(name=Task.CLEAR)
def clear_what_is_over() -> None:
    """Removes drafts and links whose time is over, and files that belong to nothing."""
    application = requestflow()
    with db.transaction() as session:
        clear_drafts(session, application.now())
        clear_links(session, application.now())
        clear_citizen_sessions(session, application.sessions_begun_after())
        clear_imports(session, application.now())
        clear_invitations(session, application.now())
        clear_challenges(session, application.now())
        clear_audit_trail(
            session, application.now() - timedelta(days=application.settings.audit_days)
        )
        clear_sessions(session, application.sessions_begun_after())
    application.documents.clear()
    clear_messages(application.now() - timedelta(days=application.settings.message_days))
    with db.transaction() as session:
        due = seal_is_due(session, application.now())
    if due:
        make_seals(application.now(), application.seals)


@worker_ready.connect
def look_at_once(**_: object) -> None:
    """A worker that has just started looks for due days at once, not at beat's next tick."""
    sweep_deadlines.delay()
