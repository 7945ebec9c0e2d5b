"""What a teammate says about a new API key; making it is core/api/domain/keys.py."""

from django import forms

from core.fields import PlainText


class KeyForm(forms.Form):
    """The name tells keys apart when one is to be revoked."""

    name = PlainText(label="Name", limit=60)
