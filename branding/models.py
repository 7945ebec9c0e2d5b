"""What a reseller or a workspace chose for its looks; empty values are inherited. Stands in `public`.

How the rows of a site become its tokens is in queries.py; the pictures are drawn anew before they get here.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from core.ui.theme import FONTS, MAX_CHROMA, MAX_RADIUS
from tenants.ids import uuid7
from tenants.models import RememberedQuerySet

FONT_NAMES = {
    "inter": "Inter",
    "figtree": "Figtree",
    "source-sans": "Source Sans",
    "system": "The device's own",
}
FONT_CHOICES = [(key, FONT_NAMES.get(key, key.title())) for key in FONTS]


class Picture(models.Model):
    """A PNG of our own drawing; kept apart from Brand, so that reading a brand never reads pixels."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    digest = models.CharField(max_length=32)
    png = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.digest


class Brand(models.Model):
    """The brand of the platform (no reseller), of a reseller (no workspace) or of one workspace."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reseller = models.ForeignKey("tenants.Reseller", models.CASCADE, null=True, related_name="+")
    workspace = models.ForeignKey("tenants.Workspace", models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=60, blank=True)
    hue = models.FloatField(null=True, validators=[MinValueValidator(0), MaxValueValidator(360)])
    chroma = models.FloatField(null=True, validators=[MinValueValidator(0), MaxValueValidator(MAX_CHROMA)])
    radius = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MAX_RADIUS)]
    )
    font = models.CharField(max_length=20, blank=True, choices=FONT_CHOICES)
    tagline = models.CharField(max_length=80, blank=True)
    subline = models.CharField(max_length=160, blank=True)
    footer = models.CharField(max_length=160, blank=True)
    privacy_url = models.URLField(max_length=300, blank=True)
    terms_url = models.URLField(max_length=300, blank=True)
    support_email = models.EmailField(max_length=254, blank=True, default="", db_default="")
    logo = models.ForeignKey(Picture, models.SET_NULL, null=True, related_name="+")
    icon = models.ForeignKey(Picture, models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects = RememberedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reseller", "workspace"], name="brand_once_per_owner", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="brand_workspace_has_reseller",
                condition=Q(workspace__isnull=True) | Q(reseller__isnull=False),
            ),
            models.CheckConstraint(name="brand_hue_in_range", condition=Q(hue__range=(0, 360))),
            models.CheckConstraint(name="brand_chroma_in_range", condition=Q(chroma__range=(0, MAX_CHROMA))),
            models.CheckConstraint(
                name="brand_colour_is_whole",
                condition=Q(hue__isnull=True, chroma__isnull=True)
                | Q(hue__isnull=False, chroma__isnull=False),
            ),
            models.CheckConstraint(name="brand_radius_in_range", condition=Q(radius__range=(0, MAX_RADIUS))),
            models.CheckConstraint(name="brand_font_is_listed", condition=Q(font__in=["", *FONTS])),
        ]

    def __str__(self) -> str:
        return self.name or f"brand of {self.workspace_id or self.reseller_id or 'the platform'}"
