"""Host names: what is refused in words, what is understood, and that nobody looks like somebody else."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tenants import provisioning
from tenants.context import platform
from tenants.hosts import lookalikes
from tenants.hosts.addresses import add_domain
from tenants.hosts.domains import (
    RESERVED,
    SHAPE,
    check_host,
    check_shape,
    check_unlike,
    fill_skeletons,
    out_of_date,
    subdomain,
)
from tenants.hosts.lookalikes import honest, letters, mixes_scripts, readable, skeleton
from tenants.ids import uuid7
from tenants.lifecycle import open_reseller, set_platform_host
from tenants.models import Domain, Reseller, Workspace
from tenants.schema import stock

CYRILLIC = "асе.example"  # all of it Cyrillic, and looks like ace.example


def said(host: str) -> list[str]:
    with pytest.raises(ValidationError) as error:
        check_host(host)
    return error.value.messages


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CRM.Example.COM", "crm.example.com"),
        (" crm.example.com. ", "crm.example.com"),
        ("https://crm.example.com/sign-in?x=1#y", "crm.example.com"),
        ("crm.example.com/", "crm.example.com"),
        ("ｃｒｍ.example.com", "crm.example.com"),
        ("crm。example.com", "crm.example.com"),
        ("München.example", "xn--mnchen-3ya.example"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ("東京タワー.example", "xn--5ck2eqb538s34z.example"),
    ],
)
def test_what_was_meant_is_understood(typed: str, meant: str) -> None:
    assert check_host(typed) == meant


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", SHAPE),
        ("acme", SHAPE),
        ("-acme.example", SHAPE),
        ("acme..example", SHAPE),
        ("acme.example!", SHAPE),
        (f"{'a' * 64}.example", SHAPE),
        ("a." * 126 + "example", SHAPE),
        ("https://", SHAPE),
        ("10.0.0.1", "Use a host name, not an address made of numbers."),
        ("my crm.example", f"A host name has no spaces. {SHAPE}"),
        ("my_crm.example", f"A host name has no underscores; browsers refuse them. {SHAPE}"),
        ("crm.example:8000", "Leave out the port, the colon and what follows it."),
        ("https://crm.example:8000/x", "Leave out the port, the colon and what follows it."),
        ("me@acme.example", "This is an e-mail address. Use the host name alone, what stands after the @."),
        ("☃️.example", f"“☃️.example” has letters that a host name cannot hold. {SHAPE}"),
        ("xn--zz.example", f"“xn--zz.example” has letters that a host name cannot hold. {SHAPE}"),
        (
            "аcme.example",
            "“аcme” mixes letters of several alphabets, which only serves to look like another name."
            " Write it in one alphabet.",
        ),
        ("localhost.", SHAPE),
        ("co.uk", "“co.uk” is an ending that many share. Use a domain of your own below it."),
        ("www.localhost", "“www.localhost” is kept for the platform itself. Choose another name."),
        ("bi11ing.localhost", "“bi11ing.localhost” is kept for the platform itself. Choose another name."),
        ("a.b.localhost", "Below localhost, use a single word without dots."),
        ("acme.1ocalhost", "“acme.1ocalhost” looks like the platform’s own localhost. Choose another name."),
    ],
)
def test_what_cannot_be_a_host_is_said_in_words(typed: str, words: str) -> None:
    assert said(typed) == [words]


def test_a_mix_behind_punycode_is_refused_as_well() -> None:
    assert said("xn--cme-7cd.example")[0].startswith("“cmаe” mixes letters of several alphabets")


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_reserved_words_are_the_platforms_below_its_domain_only(word: str) -> None:
    with pytest.raises(ValidationError):
        subdomain(word)
    assert check_host(f"{word}.acme.example") == f"{word}.acme.example"


def test_a_subdomain_is_a_single_word() -> None:
    assert subdomain(" Acme. ") == "acme.localhost"
    with pytest.raises(ValidationError, match="Use one word"):
        subdomain("acme.crm")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (CYRILLIC, "ace.example", True),
        ("modern.example", "modem.example", True),
        ("асме.example", "acme.example", True),
        ("вкнт.example", "bkht.example", True),
        ("harb0r.example", "harbor.example", True),
        ("ᴍᴀᴛᴛᴇʀ.example", "matter.example", True),
        ("штамп.example", "stamp.example", False),
        ("c1ient.example", "client.example", True),
        ("xn--80ak6aa92e.example", "apple.example", True),
        ("g0od.example", "good.example", True),
        ("acme.example", "acne.example", False),
        ("acmé.example", "acme.example", False),
    ],
)
def test_which_names_look_alike(one: str, other: str, alike: bool) -> None:
    assert (skeleton(one) == skeleton(other)) is alike
    assert (skeleton(check_shape(one)) == skeleton(check_shape(other))) is alike


@pytest.mark.parametrize(
    ("one", "other", "is_honest"),
    [
        ("modern.example", "modem.example", True),
        ("the-modern.example2.test", "the-modem.example2.test", True),
        ("acme.example", "acme.example", False),
        ("m0dern.example", "modem.example", False),
        ("c1ient.example", "client.example", False),
        (CYRILLIC, "ace.example", False),
        ("modern.ехамрӏе", "modem.example", False),
    ],
)
def test_which_look_alikes_are_words_of_their_own(one: str, other: str, is_honest: bool) -> None:
    assert (honest(one, other), honest(other, one)) == (is_honest, is_honest)
    assert (honest(one, other), honest(check_shape(one), check_shape(other))) == (is_honest, is_honest)


@pytest.mark.parametrize(
    ("word", "mixed"),
    [
        ("acme", False),
        ("асе", False),
        ("аcme", True),
        ("東京タワーx", False),
        ("서울crm", False),
        ("a-1", False),
    ],
)
def test_which_words_mix_scripts(word: str, mixed: bool) -> None:
    assert mixes_scripts(word) is mixed


def test_punycode_is_read_aloud() -> None:
    assert [readable(name) for name in ("xn--mnchen-3ya.example", "acme.example", "xn--zz.example")] == [
        "münchen.example",
        "acme.example",
        "xn--zz.example",
    ]


def claim(host: str, *, slug: str = "rosa") -> Workspace:
    with platform():
        reseller = Reseller.objects.get(slug=slug)
    return provisioning.claim(reseller=reseller, name="New", host=host, owner_email="o@new.test")


def alike(host: str, other: str) -> list[str]:
    return [f"“{host}” looks like “{other}”, which belongs to somebody else. Choose another domain."]


@pytest.mark.parametrize(("first", "second"), [("ace.example", CYRILLIC), (CYRILLIC, "ace.example")])
def test_a_look_alike_of_somebody_elses_is_refused_both_ways(db: None, first: str, second: str) -> None:
    claim(first, slug="rita")
    with pytest.raises(ValidationError) as error:
        claim(second)
    assert error.value.messages == alike(second, first)
    with platform():
        assert Domain.objects.filter(workspace__name="New").count() == 1
        assert Workspace.objects.filter(name="New").count() == 1


def test_another_client_of_the_same_reseller_is_somebody_else(db: None) -> None:
    claim("ace.example")
    with pytest.raises(ValidationError) as error:
        claim(CYRILLIC)
    assert error.value.messages == alike(CYRILLIC, "ace.example")


def test_the_same_workspace_may_have_both(db: None) -> None:
    row = claim("ace.example")
    with platform(), transaction.atomic():
        check_unlike(check_host(CYRILLIC), reseller_id=row.reseller_id, workspace_id=row.id)
        with pytest.raises(ValidationError):
            check_unlike(check_host(CYRILLIC), reseller_id=row.reseller_id)


def test_a_console_may_not_look_like_somebody_elses_either(db: None) -> None:
    with platform():
        with pytest.raises(ValidationError) as error:
            open_reseller(name="R", slug="r", host="mal1ory.test")
        assert error.value.messages == alike("mal1ory.test", "mallory.test")
        assert Reseller.objects.filter(slug="r").count() == 0


@pytest.mark.parametrize("host", ["асме.example", "acrne.example"])
def test_what_people_take_for_each_other_is_refused_but_for_two_plain_words(db: None, host: str) -> None:
    claim("acme.example", slug="rita")
    if host.isascii():
        assert claim(host).name == "New"
    else:
        with pytest.raises(ValidationError) as error:
            claim(host)
        assert error.value.messages == alike(host, "acme.example")


class TestRelatives:
    """Names below and above those of others: `crm.halden.example` is Rita's client's."""

    @pytest.fixture(autouse=True)
    def halden(self, db: None) -> Workspace:
        return claim("crm.halden.example", slug="rita")

    @pytest.mark.parametrize(
        "host", ["a.crm.halden.example", "a.b.crm.halden.example", "a.crm.ha1den.example"]
    )
    @pytest.mark.parametrize("slug", ["rosa", "rita"])
    def test_nobody_else_may_stand_below(self, host: str, slug: str) -> None:
        with pytest.raises(ValidationError) as error:
            claim(host, slug=slug)
        words = f"“{host}” is below “crm.halden.example”, which belongs to somebody else."
        assert error.value.messages == [f"{words} Choose another domain."]

    @pytest.mark.parametrize("host", ["halden.example", "ha1den.example"])
    @pytest.mark.parametrize("slug", ["rosa", "rita"])
    def test_nobody_else_may_stand_above(self, host: str, slug: str) -> None:
        with pytest.raises(ValidationError) as error:
            claim(host, slug=slug)
        words = f"A name below “{host}” belongs to somebody else already."
        assert error.value.messages == [f"{words} Choose another domain."]

    @pytest.mark.parametrize("host", ["x.crm.halden.example", "halden.example"])
    def test_its_owner_may(self, halden: Workspace, host: str) -> None:
        with platform():
            Workspace.objects.filter(id=halden.id).update(state="active", schema="w_halden")
            assert add_domain(halden, host=host).host == host

    @pytest.mark.parametrize("host", ["sales.halden.example", "crm.haiden.example", "crmhalden.example"])
    def test_neighbours_are_strangers(self, host: str) -> None:
        assert claim(host).name == "New"

    def test_clients_may_stand_below_their_resellers_console_and_no_others(self) -> None:
        with platform():
            opened = open_reseller(name="R", slug="r", host="console.example")
        assert claim("acme.console.example", slug="r").reseller_id == opened.reseller.id
        with pytest.raises(ValidationError, match="is below “console"):
            claim("evil.console.example")

    def test_what_is_below_the_platforms_domain_is_not_related(self) -> None:
        with platform():
            Domain.objects.filter(host="crm.halden.example").update(host=settings.BASE_HOST)
        assert claim("halden.localhost").name == "New"


def test_what_is_below_the_platforms_host_is_the_platforms(db: None) -> None:
    with pytest.raises(ValidationError) as error:
        claim("acme.platform.test")
    assert error.value.messages == ["What is below platform.test is kept for the platform itself."]
    with platform():
        assert set_platform_host("console.platform.test").host == "console.platform.test"


def test_the_very_same_name_does_not_say_whose_it_is(db: None) -> None:
    with pytest.raises(ValidationError) as error:
        claim("mallory.test")
    assert error.value.messages == ["“mallory.test” is already in use. Choose another domain."]


def test_two_look_alikes_at_once_and_one_wins(committed: None) -> None:
    stock.fill(size=1)
    tail, barrier = uuid7().hex[-9:].replace("1", "x"), threading.Barrier(2)

    def attempt(word: str) -> str:
        barrier.wait(10)
        try:
            return "won" if provisioning.finish(claim(f"{word}{tail}.example")) else "not open"
        except ValidationError as error:
            return error.messages[0].split(", ")[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(attempt, ["mode1", "model"]))
    assert answers == ["which belongs to somebody else. Choose another domain.", "won"]


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The host of each row that is read."""
    hosts: list[str] = []

    def from_db(db: str | None, names: list[str], values: list[Any]) -> Domain:
        row = super(Domain, Domain).from_db(db, names, values)
        hosts.append(row.host)
        return row

    monkeypatch.setattr(Domain, "from_db", from_db)
    return hosts


class TestSkeletons:
    def test_each_row_keeps_its_look(self, db: None) -> None:
        claim(CYRILLIC)
        with platform():
            row = Domain.objects.get(host=check_host(CYRILLIC))
            assert row.skeleton == skeleton("ace.example") != ""
            row.host = "other.example"
            row.save(update_fields=["host"])
            row.refresh_from_db()
            assert row.skeleton == skeleton("other.example")

    def test_rows_from_before_are_given_theirs_once(self, db: None) -> None:
        with platform():
            Domain.objects.all().update(skeleton="", letters="")
            many = Domain.objects.count()
            assert (fill_skeletons(), fill_skeletons()) == (many, 0)
            older = {"skeleton": "as an older table had it", "letters": "zzzzzzzzzzzz"}
            Domain.objects.filter(host="mallory.test").update(**older)
            assert (fill_skeletons(), fill_skeletons()) == (1, 0)
            assert Domain.objects.get(host="mallory.test").skeleton == skeleton("mallory.test")

    def test_another_table_of_letters_is_another(self, monkeypatch: pytest.MonkeyPatch) -> None:
        before = letters()
        for name, value in (("RULES", 999), ("TABLE", lookalikes.TABLE.with_name("lookalikes.py"))):
            with monkeypatch.context() as patch:
                patch.setattr(lookalikes, name, value)
                assert letters.__wrapped__() != before
        assert letters.__wrapped__() == before

    @pytest.mark.parametrize("number", [1, 300])
    def test_with_nothing_to_do_no_row_is_read(
        self, alice_ws: Workspace, loaded: list[str], number: int
    ) -> None:
        """Postgres finds nobody in the index, however many there are."""
        with platform():
            loaded.clear()
            Domain.objects.bulk_create(
                Domain(
                    host=f"n{index}.example", kind="workspace", reseller_id=alice_ws.reseller_id,
                    workspace=alice_ws, is_primary=False, letters=letters(),
                )
                for index in range(number)
            )  # fmt: skip
            with CaptureQueriesContext(connection) as captured:
                assert fill_skeletons() == 0
            assert (len(captured), loaded) == (1, [])
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")  # such a small table it would rather read
            assert out_of_date().explain().count("Index Cond") == 2
