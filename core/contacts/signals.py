"""What others hear of contacts, in the transaction that changes them; connected in deploy/wiring.py."""

from django.dispatch import Signal

contact_corrected = Signal()
"""Somebody of the team corrected a fact. Arguments: contact (Contact), by (User)."""
