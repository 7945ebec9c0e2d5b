"""inbox/conversations/composing.py: from whom, in which thread, and where an answer goes."""

import pytest

from core.accounts.models import User
from core.sending.models import Delivery
from core.sending.tokens import read_address
from inbox.conversations.by_mail import REPLY
from inbox.conversations.composing import compose_reply
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.enums import Channel
from inbox.conversations.models import Message
from tenants.context import Place
from tests.inbox.makers import a_lead


def delivery_of(message: Message) -> Delivery:
    found: Delivery = Delivery.objects.get(kind=REPLY, ref=f"{message.id}:{message.attempt}")
    return found


def test_it_works(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    message = queue_reply(lead.conversation, author=bob, text="Yes, we do.")
    mail = compose_reply(delivery_of(message))
    assert (mail.from_name, mail.subject) == ("Bob Baker (Alice's)", "Re: Contact us")
    assert read_address(mail.reply_to) == ("reply", lead.conversation.id)
    assert mail.text.startswith("Yes, we do.\n\nOn ")
    assert mail.text.endswith(" UTC you wrote:\n> Do you deliver\n> on Mondays?\n")
    assert (mail.in_reply_to, mail.references) == ("", ())


def test_an_answer_to_a_mail_names_it(in_alice: Place, bob: User) -> None:
    first = a_lead(channel=Channel.EMAIL, subject="RE: Offer", message_id="<1@acme.test>")
    thread = first.conversation.id
    a_lead(text="Well?", message_id="<2@acme.test>", references="<1@acme.test>", conversation_id=thread)
    message = queue_reply(first.conversation, author=bob, text="Here.")
    a_lead(text="Later", message_id="<3@acme.test>", conversation_id=thread)
    mail = compose_reply(delivery_of(message))
    assert (mail.subject, mail.in_reply_to) == ("RE: Offer", "<2@acme.test>")
    assert mail.references == ("<1@acme.test>",)


def test_a_long_question_is_quoted_in_part(in_alice: Place, bob: User) -> None:
    message = queue_reply(a_lead(text="x" * 5000).conversation, author=bob, text="Short.")
    assert compose_reply(delivery_of(message)).text.endswith("\n> " + "x" * 2000 + " …\n")


def test_a_message_that_is_gone_is_not_sent(in_alice: Place, bob: User) -> None:
    message = queue_reply(a_lead().conversation, author=bob, text="Yes.")
    delivery = delivery_of(message)
    message.delete()
    with pytest.raises(ValueError, match="deleted"):
        compose_reply(delivery)
