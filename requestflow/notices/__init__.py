"""Reminders, the outbox, delivery in-app, by mail and to chat groups; nothing lost or doubled."""

from requestflow.notices.account_notices import tell_of_accounts
from requestflow.notices.applicant_mail import (
    mail_applicants,
    mail_former_address,
    mail_invitation,
    mail_sign_in_link,
    notify_office,
)
from requestflow.notices.calendar_feed import calendar_feed_of, feed_secret, make_feed, remove_feed
from requestflow.notices.chat import KINDS as CHAT_KINDS
from requestflow.notices.chat import Chat, signature
from requestflow.notices.delivery import DeliveryResult, deliver
from requestflow.notices.digests import send_trial_message, write_digests
from requestflow.notices.groups import (
    ChatGroup,
    GroupRefused,
    add_group,
    group_of,
    groups_of,
    remove_group,
)
from requestflow.notices.mail import ConsoleMailer, Mailer, SmtpMailer, mailer_for
from requestflow.notices.mail_preferences import set_mail_preference, wants_required_mail_only
from requestflow.notices.message_text import deadline_label, message_subject, page_to_act_on
from requestflow.notices.models import Message, Notice, Reminder, ReminderSchedule
from requestflow.notices.office_deadlines import settle_report
from requestflow.notices.queries import (
    LATEST_SWEEP,
    Status,
    dead_letters,
    last_messages,
    last_sweep,
    mark_read,
    notices_of,
    send_again,
    status,
)
from requestflow.notices.reminder_preview import UpcomingReminder, preview_reminders
from requestflow.notices.reminder_sweep import SweepResult, sweep
from requestflow.notices.report_notices import notify_of_reports
from requestflow.notices.reporting_days import (
    DayRefused,
    ReportDue,
    local_days,
    report_due,
    reporting_day_settings,
    set_reporting_day,
)
from requestflow.notices.retention import clear_messages
from requestflow.notices.rules import ReminderRule, default_rules, rules_for
from requestflow.notices.schedule import reschedule
from requestflow.notices.unit_rules import (
    RuleRefused,
    all_unit_rules,
    reschedule_all,
    reset_rules,
    set_rule,
)

__all__ = [
    "CHAT_KINDS",
    "LATEST_SWEEP",
    "Chat",
    "ChatGroup",
    "ConsoleMailer",
    "DayRefused",
    "DeliveryResult",
    "GroupRefused",
    "Mailer",
    "Message",
    "Notice",
    "Reminder",
    "ReminderRule",
    "ReminderSchedule",
    "ReportDue",
    "RuleRefused",
    "SmtpMailer",
    "Status",
    "SweepResult",
    "UpcomingReminder",
    "add_group",
    "all_unit_rules",
    "calendar_feed_of",
    "clear_messages",
    "dead_letters",
    "deadline_label",
    "default_rules",
    "deliver",
    "feed_secret",
    "group_of",
    "groups_of",
    "last_messages",
    "last_sweep",
    "local_days",
    "mail_applicants",
    "mail_former_address",
    "mail_invitation",
    "mail_sign_in_link",
    "mailer_for",
    "make_feed",
    "mark_read",
    "message_subject",
    "notices_of",
    "notify_of_reports",
    "notify_office",
    "page_to_act_on",
    "preview_reminders",
    "remove_feed",
    "remove_group",
    "report_due",
    "reporting_day_settings",
    "reschedule",
    "reschedule_all",
    "reset_rules",
    "rules_for",
    "send_again",
    "send_trial_message",
    "set_mail_preference",
    "set_reporting_day",
    "set_rule",
    "settle_report",
    "signature",
    "status",
    "sweep",
    "tell_of_accounts",
    "wants_required_mail_only",
    "write_digests",
]
