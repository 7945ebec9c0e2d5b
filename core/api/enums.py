"""What a key may do. Lowest layer of the API's ground; a key's row is in models.py."""

from django.db.models import TextChoices


class Scope(TextChoices):
    LEADS_WRITE = "leads:write", "Create leads"
