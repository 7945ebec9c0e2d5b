"""Contacts and companies of one workspace: who writes to us and where they work.

What they wrote is in inbox/conversations; the people of the workspace itself are in core/accounts.
"""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "core.contacts"
    label = "contacts"
