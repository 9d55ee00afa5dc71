"""Checks of what is reached over the network: broker, mail server, virus scanner, provider."""

import smtplib
from collections.abc import Iterator

import requests

from requestflow.cli.findings import Finding, guarded, reason_of
from requestflow.cli.private_redis import counts_elsewhere, no_answer, url_of
from requestflow.documents import Clamd, scanner_for
from requestflow.foundation import Settings, text
from requestflow.notices import SmtpMailer

PATIENCE = 10
"""Seconds that the provider is waited for."""


def check_services(settings: Settings) -> Iterator[Finding]:
    """What is reached over the network: broker, mail server, virus scanner, provider."""
    yield guarded("broker", lambda: _broker(settings))
    if counts_elsewhere(settings):
        yield guarded("limits", lambda: _limits(settings))
    yield guarded("mail", lambda: _mail(settings))
    if settings.scanner_url:
        yield guarded("scanner", lambda: _scanner(settings))
    if settings.oidc_issuer:
        issuer = settings.oidc_issuer
        yield guarded("sign-on", lambda: _provider(issuer))


def _broker(settings: Settings) -> Finding:
    if settings.redis_url is None:
        if no_answer(url_of(settings.home)):
            return Finding(
                "broker",
                "warning",
                text(
                    "The private Redis server of %(home)s is not running.", home=str(settings.home)
                ),
                text(
                    "It runs together with `requestflow run`. If you start web, worker and beat "
                    "separately, set REDIS_URL."
                ),
            )
        return Finding("broker", "ok", text("The private Redis server is responding."))
    if problem := no_answer(settings.redis_url):
        return Finding(
            "broker", "failed", text("%(reason)s.", reason=problem), text("Check REDIS_URL.")
        )
    return Finding("broker", "ok", text("Redis is responding."))


def _limits(settings: Settings) -> Finding:
    if problem := no_answer(settings.limits_url):
        hint = text(
            "Until it responds, each web process counts separately. Check REQUESTFLOW_LIMITS_URL."
        )
        return Finding("limits", "warning", text("%(reason)s.", reason=problem), hint)
    return Finding("limits", "ok", text("Redis is responding."))


def _mail(settings: Settings) -> Finding:
    if settings.smtp_url is None and settings.production:
        return Finding(
            "mail",
            "failed",
            text("Not set. No email is sent, neither to staff nor to applicants."),
            text("Set SMTP_URL."),
        )
    if settings.smtp_url is None:
        return Finding(
            "mail",
            "warning",
            text("Not set. Emails are printed and not delivered."),
            text("Set SMTP_URL."),
        )
    mailer = SmtpMailer.from_url(settings.smtp_url)
    place, encrypted = f"{mailer.host}:{mailer.port}", mailer.tls or mailer.starttls
    try:
        with mailer.connection() as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return Finding(
            "mail",
            "failed",
            text("%(place)s: %(reason)s.", place=place, reason=reason_of(error)),
            text("Check SMTP_URL."),
        )
    if mailer.user and not encrypted:
        return Finding(
            "mail",
            "warning",
            text("%(place)s is responding, but the password is sent unencrypted.", place=place),
            text("Add ?starttls=1 to SMTP_URL, or use smtps://."),
        )
    answers = text("%(place)s is responding, without encryption.", place=place)
    if encrypted:
        answers = text("%(place)s is responding, with encryption.", place=place)
    if mailer.user:
        answers = text(
            "%(place)s is responding, with encryption, and accepted the password.", place=place
        )
    return Finding("mail", "ok", answers)


def _scanner(settings: Settings) -> Finding:
    scanner = scanner_for(settings.scanner_url)
    try:
        answers = isinstance(scanner, Clamd) and scanner.answers()
    except OSError as error:
        answers, reason = False, reason_of(error)
    else:
        reason = "PING"
    if answers:
        return Finding("scanner", "ok", text("clamd is responding."))
    return Finding(
        "scanner",
        "failed",
        text("clamd is not responding (%(reason)s), so no files are accepted.", reason=reason),
        text("Check REQUESTFLOW_SCANNER_URL."),
    )


def _provider(issuer: str) -> Finding:
    """Whether the provider answers, and is called what was set (OpenID Connect Discovery, 4.3)."""
    hint = text("Check REQUESTFLOW_OIDC_ISSUER.")
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        answer = requests.get(address, timeout=PATIENCE)
        answer.raise_for_status()
        told = answer.json().get("issuer")
    except (requests.RequestException, ValueError, AttributeError) as error:
        reason = type(error).__name__
        return Finding("sign-on", "failed", text("%(reason)s.", reason=reason), hint)
    if told != issuer:
        wrong = text("The provider calls itself %(issuer)s.", issuer=str(told)[:200])
        return Finding("sign-on", "failed", wrong, hint)
    return Finding("sign-on", "ok", text("The provider is responding."))
