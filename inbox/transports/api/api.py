"""`POST /api/v1/leads`: a lead from another program, checked field by field.

Keys, limits and the shape of errors are core/api; storing once is inbox/conversations/domain/capture.py.
"""

from typing import Annotated
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from core.api.auth import ApiKeyAuth
from core.api.enums import Scope
from core.api.idempotency import idempotency_key, key_reused
from core.api.models import ApiKey
from inbox.conversations.domain.capture import Lead, capture
from inbox.conversations.enums import Channel
from tenants.text import is_storable, unstorable

leads = Router(tags=["leads"])


def _plain(text: str) -> str:
    if not is_storable(text):
        raise ValueError(unstorable())
    return text.strip()


def _address(text: str) -> str:
    if text:
        try:
            validate_email(text)
        except ValidationError:
            raise ValueError("This is not an e-mail address.") from None
    return text


Plain = Annotated[str, AfterValidator(_plain)]


class LeadIn(Schema):
    """Who wrote and what. At least an address or a number; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")

    name: Plain = Field("", max_length=200)
    email: Annotated[Plain, AfterValidator(_address)] = Field("", max_length=254)
    phone: Plain = Field("", max_length=40)
    company: Plain = Field("", max_length=200)
    subject: Plain = Field("", max_length=300)
    message: Plain = Field("", max_length=20_000)
    external_id: Plain = Field(
        "", max_length=200, description="Your own id of this lead; the same id is one lead."
    )

    @model_validator(mode="after")
    def _somebody(self) -> "LeadIn":
        if not (self.email or self.phone):
            raise ValueError("Send an email or a phone, or nobody can answer.")
        return self


class LeadOut(Schema):
    """Where the lead stands. `duplicate` says that it had come before."""

    contact_id: UUID
    conversation_id: UUID
    message_id: UUID
    duplicate: bool


@leads.post(
    "", auth=ApiKeyAuth(Scope.LEADS_WRITE), response={201: LeadOut, 200: LeadOut}, summary="Create a lead"
)
def create_lead(request: HttpRequest, body: LeadIn) -> Status[LeadOut]:
    """201 with the new lead's ids, or 200 with the first one's when the same came before within 24 hours."""
    key: ApiKey = request.auth  # type: ignore[attr-defined]  # set by ninja from ApiKeyAuth
    attempt = idempotency_key(request)
    found = capture(_lead(body, key=key, attempt=attempt))
    if found.duplicate and attempt and not body.external_id and not found.same_content:
        raise key_reused()
    answer = LeadOut(
        contact_id=found.contact.id,
        conversation_id=found.conversation.id,
        message_id=found.message.id,
        duplicate=found.duplicate,
    )
    return Status(200 if found.duplicate else 201, answer)


def _lead(body: LeadIn, *, key: ApiKey, attempt: str) -> Lead:
    return Lead(
        source=f"api:{key.name}",
        channel=Channel.API,
        external_id=_external_id(body, key=key, attempt=attempt),
        name=body.name,
        email=body.email,
        phone=body.phone,
        company=body.company,
        subject=body.subject,
        text=body.message,
    )


def _external_id(body: LeadIn, *, key: ApiKey, attempt: str) -> str:
    """What makes two requests of one key one lead: the program's own id of it, else its own attempt."""
    if body.external_id:
        return f"id:{key.id}:{body.external_id}"
    return f"attempt:{key.id}:{attempt}" if attempt else ""
