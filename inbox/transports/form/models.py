"""LeadForm: what a hosted form asks and says; Submission: what somebody answered; Consent: to what.

A form's public page is views/public.py; a submission becomes a lead in domain/submit.py.
"""

import hashlib
import json
from functools import cached_property

from django.db import models
from django.utils import timezone

from inbox.conversations.models import Message
from inbox.transports.form.rules import default_fields
from inbox.transports.form.rules.questions import Question, read_questions
from tenants.models import WorkspaceModel

CONTENT = ("title", "intro", "button", "thanks", "fields", "confirms", "is_active")
"""What people make of a form."""


class LeadForm(WorkspaceModel):
    """A form on a page of its own at /f/<slug>/, which other sites may embed.

    `fields` are its questions in order (rules/questions.py), `version` counts their changes, from 1.
    With `confirms` people get a mail and confirm by its link that the address is theirs.
    """

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    intro = models.CharField(max_length=500, blank=True)
    button = models.CharField(max_length=40, default="Send")
    thanks = models.CharField(max_length=500, default="Thank you. We have your message and will answer soon.")
    fields = models.JSONField(default=default_fields)
    version = models.IntegerField(default=1, db_default=1, editable=False)
    confirms = models.BooleanField(default=False, db_default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["created_at", "id"]

    # What the page of the links shows; never stored here.
    public_url = ""
    embed_url = ""

    def __str__(self) -> str:
        return self.title

    @cached_property
    def questions(self) -> list[Question]:
        return read_questions(self.fields)

    @property
    def stamp(self) -> str:
        """The same where all that people make of the form is the same: 64 hex digits."""
        said = json.dumps([getattr(self, name) for name in CONTENT], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def params(self) -> list[str]:
        """The parameters of an address that hidden questions read."""
        return [question.param for question in self.questions if question.param]

    @property
    def source(self) -> str:
        """How leads from this form name where they came from."""
        return f"form:{self.slug}"


class Submission(WorkspaceModel):
    """The answers to a form's own questions, as they were asked: the words of its version stay with them.

    `answers` is a list of rules/answers.py's entries. What fills in a contact is the contact's, and the
    message is the message's; `form` is empty where the form is gone.
    Where it `confirms`, `asked_at` is when the mail was queued, empty where none was to be sent.
    """

    message = models.OneToOneField(Message, models.CASCADE, related_name="+")
    form = models.ForeignKey(LeadForm, models.SET_NULL, null=True, related_name="+", db_index=False)
    form_version = models.IntegerField()
    answers = models.JSONField(default=list)
    confirms = models.BooleanField(default=False, db_default=False)
    asked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_ip = models.CharField(max_length=45, default="", db_default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{len(self.answers)} answers"


class Consent(WorkspaceModel):
    """Somebody consented, or confirmed by mail that it was them: rows are only ever added.

    It stands by itself, so that it outlives form, message and contact: the words as they were shown, of which
    form and version, from which address (`ip`) and when. `email` is what they left, "" where they left none.
    """

    class Act(models.TextChoices):
        GIVEN = "given", "Given"
        CONFIRMED = "confirmed", "Confirmed by mail"

    act = models.CharField(max_length=12, choices=Act)
    text = models.TextField()
    label = models.CharField(max_length=200)
    question = models.CharField(max_length=24)
    form_id = models.UUIDField()
    form_title = models.CharField(max_length=120)
    form_version = models.IntegerField()
    contact_id = models.UUIDField()
    message_id = models.UUIDField()
    email = models.CharField(max_length=254, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["contact_id", "at"], name="consent_by_contact"),
            models.Index(fields=["message_id"], name="consent_by_message"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.act}"
