"""Reminders, the outbox, delivery in-app and by mail; nothing lost, nothing told twice."""

from requestflow.notices.citizens import mail_link, tell_applicants, tell_the_office
from requestflow.notices.delivery import Delivered, deliver
from requestflow.notices.feed import feed, feed_secret, make_feed, remove_feed
from requestflow.notices.mail import ConsoleMailer, Mailer, SmtpMailer, mailer_for
from requestflow.notices.models import Message, Notice, Reminder, ReminderSchedule
from requestflow.notices.preview import Foreseen, preview
from requestflow.notices.queries import (
    Status,
    dead_letters,
    last_sweep,
    mark_read,
    notices_of,
    send_again,
    status,
    unread,
)
from requestflow.notices.rules import default_rules, rules_for
from requestflow.notices.schedule import reschedule
from requestflow.notices.silence import is_silenced, silence
from requestflow.notices.sweep import Swept, sweep
from requestflow.notices.telling import tell
from requestflow.notices.unit_rules import (
    RuleRefused,
    all_unit_rules,
    look_again,
    reset_rules,
    set_rule,
)

__all__ = [
    "ConsoleMailer",
    "Delivered",
    "Foreseen",
    "Mailer",
    "Message",
    "Notice",
    "Reminder",
    "ReminderSchedule",
    "RuleRefused",
    "SmtpMailer",
    "Status",
    "Swept",
    "all_unit_rules",
    "dead_letters",
    "default_rules",
    "deliver",
    "feed",
    "feed_secret",
    "is_silenced",
    "last_sweep",
    "look_again",
    "mail_link",
    "mailer_for",
    "make_feed",
    "mark_read",
    "notices_of",
    "preview",
    "remove_feed",
    "reschedule",
    "reset_rules",
    "rules_for",
    "send_again",
    "set_rule",
    "silence",
    "status",
    "sweep",
    "tell",
    "tell_applicants",
    "tell_the_office",
    "unread",
]
