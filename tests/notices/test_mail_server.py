"""Mail over an encrypted connection."""

import ssl
from email.message import EmailMessage

import pytest

from requestflow.notices import SmtpMailer
from tests.mailbox import mail_server


def test_mail_goes_over_a_connection_that_is_encrypted_from_the_first_byte() -> None:
    mail = EmailMessage()
    mail["To"], mail["From"], mail["Subject"] = "a@example.org", "o@example.org", "receipt"
    with mail_server(tls=True) as (box, port):
        address = f"smtps://localhost:{port}"
        with pytest.raises(ssl.SSLCertVerificationError):
            SmtpMailer.from_url(address).send(mail)
        assert box.mails == []
        SmtpMailer.from_url(f"{address}?verify=0").send(mail)
    assert [sent["Subject"] for sent in box.mails] == ["receipt"]
