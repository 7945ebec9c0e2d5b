"""Mail providers that post to us: what comes in for our addresses, and what became of what we sent.

Signatures and events are read by django-anymail; the mail itself never is, because its parser knows no
bounds: the bytes go the way of mail that came by SMTP. One file per provider, listed in registry.py.
"""
