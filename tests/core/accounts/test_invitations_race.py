"""One link opened twice at once: it lets exactly one choose the password."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from core.accounts.domain.invitations import SpentInvitation, _token, accept_invitation
from core.accounts.domain.users import create_user
from core.accounts.models import User
from tenants.context import workspace
from tenants.models import Workspace

WORKERS, LINKS = 4, 6


def test_who_comes_first_has_the_password(fresh_workspace: Callable[[], Workspace]) -> None:
    row = fresh_workspace()
    with workspace(row):
        people = [create_user(email=f"p{n}@fresh.test", name="", role="agent") for n in range(LINKS)]
        tokens = [_token(user) for user in people]
    together = Barrier(WORKERS)

    def open_all(worker: int) -> list[bool]:
        try:
            with workspace(row):
                return [accepted(token, worker=worker) for token in tokens]
        finally:
            connections.close_all()

    def accepted(token: str, *, worker: int) -> bool:
        together.wait()
        try:
            accept_invitation(token, name=f"Worker {worker}", password=f"passphrase-of-{worker}")
        except SpentInvitation:
            return False
        return True

    with ThreadPoolExecutor(WORKERS) as pool:
        said = list(pool.map(open_all, range(WORKERS)))
    winners = [[worker for worker in range(WORKERS) if said[worker][link]] for link in range(LINKS)]
    assert [len(each) for each in winners] == [1] * LINKS
    with workspace(row):
        for user, [winner] in zip(people, winners, strict=True):
            found = User.objects.get(id=user.id)
            assert (found.name, found.check_password(f"passphrase-of-{winner}")) == (f"Worker {winner}", True)
            assert found.session_epoch == user.session_epoch + 1
