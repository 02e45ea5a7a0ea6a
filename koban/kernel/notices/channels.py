"""The ways out: a folder, SMTP, an HTTP gateway for text messages. None of them touches the database.

KOBAN_SMTP_URL  smtp://, smtp+starttls:// or smtps://user:password@host:port; "" writes mail into the folder
KOBAN_MAIL_FROM the sender's address
KOBAN_SMS       see `gateway.Gateway`; {} writes text messages into the folder
KOBAN_OUTBOX    the folder
"""

import os
import smtplib
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from koban.kernel.notices.gateway import Gateway
from koban.kernel.notices.undelivered import Undelivered
from koban.kernel.notices.wording import Message

SMTP_TIMEOUT_S = 15
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def carry(channel: str, message: Message) -> None:
    """Hand a message to its way out. Raises Undelivered."""
    _way(channel)(message)


def _way(channel: str) -> Callable[[Message], None]:
    if channel == "email" and settings.KOBAN_SMTP_URL:
        return mail
    if channel == "sms" and settings.KOBAN_SMS:
        return Gateway.from_settings(settings.KOBAN_SMS).carry
    return into_folder


def into_folder(message: Message) -> None:
    """Write the message as a file named by its id: for a demonstration, or an office without any gateway."""
    folder = Path(settings.KOBAN_OUTBOX)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{message.id}"
    with open(draft, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(f"To: {message.to}\nSubject: {message.subject}\n\n{message.text}")
    draft.replace(folder / f"{message.id}.txt")


def mail(message: Message) -> None:
    """Send by SMTP; the Message-ID is the notice's, so that a second copy is known as one."""
    sender = settings.KOBAN_MAIL_FROM
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<{message.id}@{domain}>", "Auto-Submitted": "auto-generated"}
    letter = EmailMessage(message.subject, message.text, sender, [message.to], headers=headers)
    letter.connection = _smtp(settings.KOBAN_SMTP_URL)
    try:
        letter.send()
    except ValueError as wrong:  # a line break or another sign that no address and no header can hold
        raise Undelivered("address", is_final=True) from wrong
    except smtplib.SMTPRecipientsRefused as wrong:
        raise _refused(max(code for code, _words in wrong.recipients.values())) from wrong
    except smtplib.SMTPResponseException as wrong:
        raise _refused(wrong.smtp_code) from wrong
    except (smtplib.SMTPException, OSError) as wrong:
        raise Undelivered(f"smtp {type(wrong).__name__}") from wrong


def _refused(code: int) -> Undelivered:
    return Undelivered(f"smtp {code}", is_final=500 <= code < 600)


def _smtp(url: str) -> EmailBackend:
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS:
        raise ValueError("KOBAN_SMTP_URL begins with smtp://, smtp+starttls:// or smtps://")
    return EmailBackend(
        host=parts.hostname,
        port=parts.port or DEFAULT_PORTS[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+starttls",
        use_ssl=parts.scheme == "smtps",
        timeout=SMTP_TIMEOUT_S,
    )
