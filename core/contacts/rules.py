"""Pure rules that turn what people type into keys that can be compared: e-mail, phone, domain.

Folding of names is core/text.py; the rows are made in domain/identify.py.
"""

import phonenumbers

from core.sending.rules.addresses import InvalidAddress, normalise

SHARED_MAIL_HOSTS = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com",
        "ymail.com", "aol.com", "icloud.com", "me.com", "mac.com", "proton.me", "protonmail.com", "pm.me",
        "gmx.de", "gmx.net", "gmx.com", "web.de", "t-online.de", "freenet.de", "mail.com", "mail.ru",
        "yandex.ru", "yandex.com", "qq.com", "163.com", "126.com", "zoho.com", "fastmail.com", "hey.com",
        "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "libero.it", "tiscali.it", "seznam.cz",
        "wp.pl", "o2.pl", "interia.pl", "btinternet.com",
    }
)  # fmt: skip
"""Hosts where anybody has a mailbox, so that sharing one says nothing about an employer."""


def email_key(email: str) -> str | None:
    """What two spellings of one address have in common; None for no address."""
    try:
        return normalise(email)
    except InvalidAddress:
        return email.strip().lower() or None


def company_domain(email: str) -> str:
    """The employer's domain an address points to, or "" for none or a shared mail host."""
    _, at, host = (email_key(email) or "").rpartition("@")
    return host if at and "." in host and host not in SHARED_MAIL_HOSTS else ""


def phone_e164(phone: str) -> str | None:
    """The number in E.164, or None when it has no country or is no number."""
    text = phone.strip()
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
