"""Reminders, the outbox, delivery in-app, by mail and to chat groups; nothing lost or doubled."""

from requestflow.notices.applicant_mail import mail_link, tell_applicants, tell_the_office
from requestflow.notices.calendar_feed import feed, feed_secret, make_feed, remove_feed
from requestflow.notices.chat import KINDS as CHAT_KINDS
from requestflow.notices.chat import Chat, signature
from requestflow.notices.delivery import Delivered, deliver
from requestflow.notices.digests import tell, try_group
from requestflow.notices.groups import (
    ChatGroup,
    GroupRefused,
    add_group,
    group_of,
    groups_of,
    remove_group,
)
from requestflow.notices.mail import ConsoleMailer, Mailer, SmtpMailer, mailer_for
from requestflow.notices.mail_preferences import is_silenced, silence
from requestflow.notices.models import Message, Notice, Reminder, ReminderSchedule
from requestflow.notices.office_deadlines import settle_report
from requestflow.notices.queries import (
    Status,
    dead_letters,
    last_messages,
    last_sweep,
    mark_read,
    notices_of,
    send_again,
    status,
    unread,
)
from requestflow.notices.reminder_preview import Foreseen, preview
from requestflow.notices.reminder_sweep import Swept, sweep
from requestflow.notices.report_notices import tell_of_reports
from requestflow.notices.rules import default_rules, rules_for
from requestflow.notices.schedule import reschedule
from requestflow.notices.unit_rules import (
    RuleRefused,
    all_unit_rules,
    look_again,
    reset_rules,
    set_rule,
)

__all__ = [
    "CHAT_KINDS",
    "Chat",
    "ChatGroup",
    "ConsoleMailer",
    "Delivered",
    "Foreseen",
    "GroupRefused",
    "Mailer",
    "Message",
    "Notice",
    "Reminder",
    "ReminderSchedule",
    "RuleRefused",
    "SmtpMailer",
    "Status",
    "Swept",
    "add_group",
    "all_unit_rules",
    "dead_letters",
    "default_rules",
    "deliver",
    "feed",
    "feed_secret",
    "group_of",
    "groups_of",
    "is_silenced",
    "last_messages",
    "last_sweep",
    "look_again",
    "mail_link",
    "mailer_for",
    "make_feed",
    "mark_read",
    "notices_of",
    "preview",
    "remove_feed",
    "remove_group",
    "reschedule",
    "reset_rules",
    "rules_for",
    "send_again",
    "set_rule",
    "settle_report",
    "signature",
    "silence",
    "status",
    "sweep",
    "tell",
    "tell_applicants",
    "tell_of_reports",
    "tell_the_office",
    "try_group",
    "unread",
]
