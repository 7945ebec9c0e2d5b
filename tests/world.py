"""The world every test starts in: two resellers, a workspace each, their people, and some spare schemas.

Alice owns one workspace, Bob is her teammate, Charlie a stranger in it; Mallory has the other workspace under
another reseller, whose owner is Rita; Rosa is Alice's reseller; Olga operates the platform.
"""

from typing import TYPE_CHECKING

ALICE_HOST, MALLORY_HOST = "alice.test", "mallory.test"
PLATFORM_HOST, ROSA_HOST, RITA_HOST = "platform.test", "rosa.test", "rita.test"
PASSWORD = "correct-horse-battery"
SPARES = 6

if TYPE_CHECKING:
    from tenants.models import Reseller


def build() -> None:
    """Fill an empty, migrated installation."""
    from tenants.context import platform
    from tenants.models import Domain
    from tenants.schema import stock

    stock.fill(size=2 + SPARES)
    with platform():
        Domain.objects.create(host=PLATFORM_HOST, kind="platform")
        _user("olga@platform.test", "Olga Operator", "operator")
    rosa = _reseller("Rosa's", "rosa", ROSA_HOST)
    rita = _reseller("Rita's", "rita", RITA_HOST)
    _workspace(rosa, "Alice's", ALICE_HOST, "alice@alice.test", "Alice Archer")
    _workspace(rita, "Mallory's", MALLORY_HOST, "mallory@mallory.test", "Mallory Moss")
    _teammates()
    _chain_the_log()


def _user(email: str, name: str, role: str) -> None:
    from core.accounts.domain.users import create_user

    create_user(email=email, name=name, role=role, password=PASSWORD)


def _reseller(name: str, slug: str, host: str) -> "Reseller":
    from django.utils import timezone

    from core.accounts.models import User
    from tenants.context import platform
    from tenants.models import Domain, Reseller, Staff

    with platform():
        reseller = Reseller.objects.create(name=name, slug=slug)
        Domain.objects.create(host=host, kind="reseller", reseller=reseller)
        _user(f"{slug}@{host}", slug.title(), "staff")
        owner = User.objects.get(email=f"{slug}@{host}")
        Staff.objects.create(user=owner, reseller=reseller, role="owner", accepted_at=timezone.now())
    return reseller


def _workspace(reseller: "Reseller", name: str, host: str, email: str, owner: str) -> None:
    from allauth.account.models import EmailAddress

    from core.accounts.models import User
    from core.sending.models import Delivery
    from tenants.context import platform, workspace
    from tenants.provisioning import provision

    with platform():
        done = provision(reseller=reseller, name=name, host=host, owner_email=email, owner_name=owner)
    if not done.ready:
        with platform():
            raise SystemExit(f"{name} was not set up: {list(done.workspace.steps.values('key', 'error'))}")
    with workspace(done.workspace):
        user = User.objects.get(email=email)
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        EmailAddress.objects.filter(user=user).update(verified=True)
        Delivery.objects.all().delete()  # the invitation, which nobody in this world waits for


def _teammates() -> None:
    from tenants.context import platform, workspace
    from tenants.models import Domain

    with platform():
        row = Domain.objects.select_related("workspace").get(host=ALICE_HOST)
    assert row.workspace
    with workspace(row.workspace):
        _user("bob@alice.test", "Bob Baker", "manager")
        _user("charlie@alice.test", "Charlie Cole", "agent")


def _chain_the_log() -> None:
    """As a worker would have: else the first test's act writes the lines of everybody's beginning too."""
    from core.timeline.domain.chain import chain_pending
    from tenants.context import platform, workspace
    from tenants.models import Workspace

    with platform():
        chain_pending()
        rows = list(Workspace.objects.all())
    for row in rows:
        with workspace(row):
            chain_pending()


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
    django.setup()
    build()
