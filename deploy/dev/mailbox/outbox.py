"""Sends a mail into a workspace: over real SMTP to Marque's own receiver, whose answer is shown.
The form that leads here is in pages.py."""

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

from deploy.dev.mailbox.letters import Letter, addresses
from deploy.dev.ports import HOST

TIMEOUT_SECONDS = 30
FIELDS = ("from", "to", "subject", "text", "in_reply_to", "references")


@dataclass(frozen=True)
class Answer:
    """What the receiver said; code 0 when it was never asked."""

    code: int
    text: str

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300


def reply_fields(letter: Letter) -> dict[str, str]:
    """The form, filled in for an answer by whom the mail was sent to."""
    subject = letter.subject
    quoted = "\n".join(f"> {line}" for line in letter.text.strip().splitlines())
    message_id = letter.header("Message-ID")
    return {
        "from": (letter.delivered_to or [""])[0],
        "to": (letter.reply_to or [""])[0],
        "subject": subject if subject.lower().startswith("re:") else f"Re: {subject}",
        "text": f"\n\n{letter.sender} wrote:\n{quoted}\n",
        "in_reply_to": message_id,
        "references": f"{letter.header('References')} {message_id}".strip(),
    }


def send(fields: Mapping[str, str], *, port: int) -> Answer:
    """Build the mail and hand it over; every failure is an Answer."""
    senders, recipients = addresses(fields["from"]), addresses(fields["to"])
    if len(senders) != 1 or not recipients:
        return Answer(0, "From and To need an address each, like ada@example.com.")
    try:
        message = compose(fields)
        return _hand_over(message, sender=senders[0], recipients=recipients, port=port)
    except ValueError as error:
        return Answer(0, f"This is not a mail yet: {error}")
    except OSError as error:
        return Answer(0, f"Marque's mail receiver on port {port} did not take it: {error}")


def compose(fields: Mapping[str, str]) -> EmailMessage:
    """The mail as a mail program would write it. Raises ValueError on a header with a line break."""
    message = EmailMessage()
    message["From"] = fields["from"]
    message["To"] = fields["to"]
    message["Subject"] = fields["subject"]
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="dev-mailbox.localhost")
    if fields["in_reply_to"]:
        message["In-Reply-To"] = fields["in_reply_to"]
        message["References"] = fields["references"] or fields["in_reply_to"]
    message.set_content(fields["text"].replace("\r\n", "\n"))
    return message


def _hand_over(message: EmailMessage, *, sender: str, recipients: list[str], port: int) -> Answer:
    """Speak SMTP step by step, so that the answer to the last step is seen, also when it is yes."""
    with smtplib.SMTP(HOST, port, timeout=TIMEOUT_SECONDS) as smtp:
        smtp.ehlo()
        answer = _said(smtp.mail(sender))
        for address in recipients:
            if answer.accepted:
                answer = _said(smtp.rcpt(address))
        if answer.accepted:
            answer = _said(smtp.data(message.as_bytes(policy=SMTP)))
        return answer


def _said(reply: tuple[int, bytes]) -> Answer:
    return Answer(reply[0], reply[1].decode(errors="replace"))
