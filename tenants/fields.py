"""Form fields that every layer shares: e-mail addresses, with one way to say that something is none.

Fields that name themselves in their errors are core/fields.py.
"""

from django import forms
from django.core.validators import EmailValidator

NO_ADDRESS = "This does not look like an e-mail address, such as name@example.com."

check_mail_address = EmailValidator(NO_ADDRESS)


class MailField(forms.EmailField):
    """Django's, in our words."""

    default_error_messages = {"invalid": NO_ADDRESS}
