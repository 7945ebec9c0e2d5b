"""core/contacts/domain/identify.py: one person is one contact, also when they arrive twice at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from core.contacts.domain.identify import find_or_create_company, find_or_create_contact
from core.contacts.models import Company, Contact
from tenants.context import Place, place_of, workspace
from tenants.models import Workspace


def test_it_works(in_alice: Place) -> None:
    made = find_or_create_contact(
        name="Zoë Quinn",
        email="Zoe@Quince.example",
        phone="+49 30 901820",
        company="Quince",
        source="form:contact",
    )
    row = Contact.objects.select_related("company").get(id=made.id)
    assert (row.name, row.email, row.email_key, row.phone_e164) == (
        "Zoë Quinn",
        "Zoe@Quince.example",
        "zoe@quince.example",
        "+4930901820",
    )
    assert row.company
    assert (row.company.name, row.company.domain) == ("Quince", "quince.example")
    assert (row.source_first, row.source_last, row.sort_key) == ("form:contact", "form:contact", "zoe quinn")


def test_another_spelling_of_the_address_is_the_same_person(in_alice: Place) -> None:
    first = find_or_create_contact(email="zoe@quince.example", name="Zoë")
    again = find_or_create_contact(email=" ZOE@quince.example ", name="Somebody Else", source="api:shop")
    assert again.id == first.id
    assert (again.name, again.source_last) == ("Zoë", "api:shop")


def test_a_domain_in_letters_or_in_ascii_is_one_person_at_one_company(in_alice: Place) -> None:
    """As people write it, and as mail servers do."""
    first = find_or_create_contact(email="zoe@bücher.test", company="Bücher")
    again = find_or_create_contact(email="ZOE@xn--bcher-kva.test")
    assert again.id == first.id
    assert Company.objects.filter(domain="xn--bcher-kva.test").count() == 1


def test_blanks_are_filled_and_facts_kept(in_alice: Place) -> None:
    find_or_create_contact(email="zoe@quince.example", phone="+49 30 901820")
    row = find_or_create_contact(
        email="zoe@quince.example", name="Zoë", phone="+49 30 111111", company="Quince"
    )
    row.refresh_from_db()
    assert (row.name, row.phone, row.company and row.company.name) == ("Zoë", "+49 30 901820", "Quince")


def test_without_an_address_the_number_is_the_person(in_alice: Place) -> None:
    first = find_or_create_contact(phone="+49 30 901820", name="Zoë")
    assert find_or_create_contact(phone="0049 30 90 18 20").id == first.id
    assert find_or_create_contact(phone="+49 30 111111").id != first.id


def test_a_strangers_address_never_joins_a_customer_by_phone(in_alice: Place) -> None:
    customer = find_or_create_contact(phone="+49 30 901820", name="Zoë")
    stranger = find_or_create_contact(phone="+49 30 901820", email="stranger@evil.test")
    customer.refresh_from_db()
    assert (stranger.id != customer.id, customer.email) == (True, "")


def test_a_name_alone_is_somebody_new_each_time(in_alice: Place) -> None:
    assert find_or_create_contact(name="Zoë").id != find_or_create_contact(name="Zoë").id


def test_a_company_is_known_by_domain_then_by_name(in_alice: Place) -> None:
    acme = find_or_create_company("Quince GmbH", domain="quince.example")
    assert find_or_create_company("Something", domain="quince.example").id == acme.id
    assert find_or_create_company("QUINCE gmbh").id == acme.id
    assert find_or_create_company("Quartz").id == find_or_create_company("QUARTZ").id


def test_a_shared_mail_host_is_no_employer(in_alice: Place) -> None:
    row = find_or_create_contact(email="zoe@gmail.com", company="Quaver")
    assert row.company
    assert row.company.domain is None


def test_eight_at_once_are_one_person(fresh_workspace: Callable[[], Workspace]) -> None:
    place, barrier = place_of(fresh_workspace()), Barrier(8)

    def arrive(number: int) -> str:
        try:
            with workspace(place):
                barrier.wait(timeout=20)
                return str(
                    find_or_create_contact(
                        email="zoe@quince.example", company="Quince", name=f"Zoë {number}"
                    ).id
                )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(arrive, range(8)))
    with workspace(place):
        assert (len(ids), Contact.objects.count(), Company.objects.count()) == (1, 1, 1)
