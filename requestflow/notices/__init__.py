"""Reminders, the outbox, delivery in-app and by mail; nothing lost, nothing told twice."""

from requestflow.notices.citizens import mail_link, tell_applicants, tell_the_office
from requestflow.notices.delivery import Delivered, deliver
from requestflow.notices.mail import ConsoleMailer, Mailer, SmtpMailer, mailer_for
from requestflow.notices.models import Message, Notice, Reminder, ReminderSchedule
from requestflow.notices.queries import Status, mark_read, notices_of, status, unread
from requestflow.notices.schedule import reschedule
from requestflow.notices.sweep import Swept, sweep

__all__ = [
    "ConsoleMailer",
    "Delivered",
    "Mailer",
    "Message",
    "Notice",
    "Reminder",
    "ReminderSchedule",
    "SmtpMailer",
    "Status",
    "Swept",
    "deliver",
    "mail_link",
    "mailer_for",
    "mark_read",
    "notices_of",
    "reschedule",
    "status",
    "sweep",
    "tell_applicants",
    "tell_the_office",
    "unread",
]
