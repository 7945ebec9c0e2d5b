"""What a brand may be: short texts, a colour, a font of the list, a picture that is drawn anew."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator

from branding.models import FONT_CHOICES, FONT_NAMES, Brand
from branding.pictures import MAX_BYTES, BadPicture, Logo, draw_logo
from branding.queries import Look
from branding.rules import accent, hue_and_chroma
from core.ui.theme import FONTS
from tenants.fields import MailField
from tenants.text import check_storable

web_address = URLValidator(schemes=["https", "http"])
TEXTS = ("name", "tagline", "subline", "footer")
LINKS = ("privacy_url", "terms_url")


class BrandForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A brand's tokens. What is left empty is inherited, and shown as the field's placeholder."""

    own_colour = forms.BooleanField(required=False, label="Use an own colour")
    colour = forms.CharField(required=False, label="Colour", widget=forms.TextInput(attrs={"type": "color"}))
    privacy_url = forms.URLField(
        required=False, label="Privacy notice", assume_scheme="https", max_length=300
    )
    terms_url = forms.URLField(required=False, label="Terms", assume_scheme="https", max_length=300)
    support_email = MailField(
        required=False,
        label="Support e-mail",
        max_length=254,
        validators=[check_storable],
        help_text="Where clients write when they cannot come in, or when a payment is past due.",
    )
    new_logo = forms.FileField(
        required=False,
        label="Logo",
        help_text=f"PNG, JPEG, WebP or GIF, {MAX_BYTES >> 20} MB at most. A square one is the icon too.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    drop_logo = forms.BooleanField(required=False, label="Remove the logo")

    field_order = (
        "name", "own_colour", "colour", "radius", "font", "new_logo", "drop_logo",
        "tagline", "subline", "footer", "support_email", "privacy_url", "terms_url",
    )  # fmt: skip

    class Meta:
        model = Brand
        fields = ("name", "radius", "font", *TEXTS[1:], "support_email", *LINKS)
        labels = {
            "name": "Name",
            "radius": "Corner radius in pixels",
            "tagline": "Words on the sign-in page",
            "subline": "Second line there",
            "footer": "Footer",
        }

    def __init__(self, *args: Any, inherited: Look, inherited_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inherited = inherited
        own = self.instance.hue is not None
        hue, chroma = (self.instance.hue, self.instance.chroma) if own else (inherited.hue, inherited.chroma)
        self.initial.update(own_colour=own, colour=accent(hue, chroma))
        self._show_inherited(inherited_name)
        if not self.instance.logo_id:
            del self.fields["drop_logo"]

    def _show_inherited(self, name: str) -> None:
        shown = {
            field: getattr(self.inherited, field) for field in (*TEXTS, *LINKS, "radius", "support_email")
        }
        for field, value in {**shown, "name": self.inherited.name or name}.items():
            self.fields[field].widget.attrs["placeholder"] = value
        font = cast("forms.ChoiceField", self.fields["font"])
        font.choices = [("", f"As inherited: {FONT_NAMES[self.inherited.font]}"), *FONT_CHOICES]
        for field in TEXTS:
            self.fields[field].validators.append(check_storable)
        for field in LINKS:
            self.fields[field].validators = [web_address, check_storable]

    def clean_colour(self) -> tuple[float, float] | None:
        colour: str = self.cleaned_data["colour"]
        if not self.cleaned_data.get("own_colour"):
            return None
        try:
            return hue_and_chroma(colour)
        except ValueError as error:
            raise ValidationError("Choose a colour, written like #2563eb.") from error

    def clean_font(self) -> str:
        font: str = self.cleaned_data["font"]
        if font and font not in FONTS:
            raise ValidationError("Choose one of the fonts.")
        return font

    def clean_new_logo(self) -> Logo | None:
        upload: UploadedFile[bytes] | None = self.cleaned_data["new_logo"]
        if not upload:
            return None
        try:
            return draw_logo(upload.read(MAX_BYTES + 1))
        except BadPicture as error:
            raise ValidationError(str(error)) from error

    def chosen(self) -> Brand:
        """The brand with what was chosen, not kept yet."""
        brand: Brand = self.save(commit=False)
        brand.hue, brand.chroma = self.cleaned_data["colour"] or (None, None)
        return brand
