"""StoredFile: what is known of a file whose bytes stand in the storage `files`, under random names.

Who shows a file to whom is up to whoever holds it; bytes are storage.py, the life of a row is domain/.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.files.rules import in_words
from tenants.models import WorkspaceModel

KEY = r"^[0-9a-f]{32}$"
"""A name in the storage (storage.py). The database knows it too: rows come out of archives as well."""
DRAWN = ("image/jpeg", "image/png", "image/webp")
"""What a picture of our own drawing is (pictures.py), and all that is ever served to be looked at."""


class StoredFile(WorkspaceModel):
    """One file. `name` is what people called it, cleaned; `key` and `thumbnail` are names in the storage.

    `size` and `sha256` are those of the bytes that are kept: a picture is drawn anew. `width` and `height`
    are pixels. A loose file is held by nobody and goes a day after `state_since`; one that is going is lost.
    """

    class Kind(models.TextChoices):
        IMAGE = "image", "Picture"
        OTHER = "other", "File"

    class State(models.TextChoices):
        LOOSE = "loose", "Not used yet"
        HELD = "held", "In use"
        GOING = "going", "Being removed"

    name = models.CharField(max_length=120)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OTHER)
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    key = models.CharField(max_length=40, unique=True, editable=False)
    thumbnail = models.CharField(max_length=40, blank=True, editable=False)
    thumbnail_size = models.IntegerField(default=0)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=8, choices=State, default=State.LOOSE)
    state_since = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(key__regex=KEY), name="file_key_is_random"),
            models.CheckConstraint(
                condition=Q(thumbnail="") | Q(thumbnail__regex=KEY), name="file_thumbnail_is_random"
            ),
            models.CheckConstraint(
                condition=Q(content_type__regex=r"^[a-z0-9]+/[a-z0-9][a-z0-9.+-]*$"), name="file_has_a_type"
            ),
            models.CheckConstraint(
                condition=Q(kind="other")
                | Q(kind="image", content_type__in=DRAWN, width__gt=0, height__gt=0) & ~Q(thumbnail=""),
                name="file_image_is_drawn",
            ),
            models.CheckConstraint(condition=Q(size__gte=0, thumbnail_size__gte=0), name="file_has_a_size"),
        ]
        indexes = [
            models.Index(fields=["state_since"], name="file_to_sweep", condition=~Q(state="held")),
            models.Index(fields=["size", "thumbnail_size"], name="file_sizes"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.kind == self.Kind.IMAGE

    @property
    def size_in_words(self) -> str:
        return in_words(self.size)
