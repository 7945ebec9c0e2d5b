"""Who is this? Finds the contact and company somebody names, or makes them, the same under concurrency.

What they said is stored by inbox/conversations/domain/capture.py; keys are computed in ../rules.py.
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from core.contacts.models import Company, Contact
from core.contacts.rules import company_domain, email_key, phone_e164
from core.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What somebody says about themselves, already checked for length and NUL."""

    name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    source: str = ""


@transaction.atomic
def find_or_create_contact(
    *, email: str = "", phone: str = "", name: str = "", company: str = "", source: str = ""
) -> Contact:
    """The contact with this address, or without one with this number, else a new one.

    An address never attaches to somebody else's row by phone number: a stranger who knows a customer's number
    would then receive the answers meant for the customer. Known facts are kept, blank ones filled.
    """
    details = Details(
        name=name.strip(), email=email.strip(), phone=phone.strip(), company=company.strip(), source=source
    )
    contact, created = _contact(details)
    if not created:
        _fill_blanks(contact, details=details)
    return contact


@transaction.atomic
def attach_address(contact: Contact, *, email: str, name: str = "") -> Contact:
    """Whoever has this address: the contact that had none gets it, or it is somebody known already.

    A contact that has an address keeps it, and is returned as it is. What is known of somebody is kept.
    """
    row: Contact = Contact.objects.select_for_update(of=("self",)).get(id=contact.id)
    if row.email_key:
        return row
    found = Contact.objects.filter(email_key=email_key(email)).first() or _claimed(row, email=email)
    _fill_blanks(found, details=Details(name=name.strip()))
    return found


def _claimed(row: Contact, *, email: str) -> Contact:
    """The row with the address; or whoever was faster, which the database knows."""
    row.email, row.email_key = email, email_key(email)
    try:
        with transaction.atomic():
            row.save(update_fields=["email", "email_key"])
    except IntegrityError:
        found: Contact = Contact.objects.get(email_key=email_key(email))
        return found
    return row


def find_or_create_company(name: str, *, domain: str = "") -> Company:
    """The company with this domain, else of this name (case and accents aside), else a new one."""
    named = Company.objects.filter(name_key=fold(name)).order_by("created_at")
    found: Company | None = (domain and Company.objects.filter(domain=domain).first()) or named.first()
    if found:
        return found
    unique = {"domain": domain} if domain else {"name_key": fold(name), "domain": None}
    company: Company = Company.objects.get_or_create(**unique, defaults={"name": name})[0]
    return company


def _contact(details: Details) -> tuple[Contact, bool]:
    key, number = email_key(details.email), phone_e164(details.phone)
    if key:
        found = Contact.objects.filter(email_key=key).first()
    elif number:
        found = Contact.objects.filter(phone_e164=number).order_by("created_at").first()
    else:
        return Contact.objects.create(**_columns(details)), True
    if found:
        return found, False
    unique = {"email_key": key} if key else {"phone_e164": number, "email_key": None}
    return Contact.objects.get_or_create(**unique, defaults=_columns(details))


def _columns(details: Details) -> dict[str, object]:
    company = None
    if details.company:
        company = find_or_create_company(details.company, domain=company_domain(details.email))
    return {
        "name": details.name,
        "email": details.email,
        "email_key": email_key(details.email),
        "phone": details.phone,
        "phone_e164": phone_e164(details.phone),
        "company": company,
        "source_first": details.source,
        "source_last": details.source,
    }


def _fill_blanks(contact: Contact, *, details: Details) -> None:
    changes: dict[str, object] = {}
    if details.name and not contact.name:
        changes["name"] = details.name
    if details.phone and not contact.phone:
        changes |= {"phone": details.phone, "phone_e164": phone_e164(details.phone)}
    if details.company and contact.company_id is None:
        changes["company"] = find_or_create_company(details.company, domain=company_domain(contact.email))
    if details.source and contact.source_last != details.source:
        changes["source_last"] = details.source
    for field, value in changes.items():
        setattr(contact, field, value)
    if changes:
        contact.save(update_fields=list(changes))
