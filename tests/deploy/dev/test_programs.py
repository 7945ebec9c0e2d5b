"""How the processes are started, where one figure of them depends on another."""

from django.conf import settings

from deploy.dev.ports import Ports
from deploy.dev.programs import programs
from inbox.transports.chat.allowance import PLACES


def test_strangers_files_leave_threads_for_everybody_else() -> None:
    command = programs(Ports.starting_at(9000))["web"].command
    threads = int(command[command.index("--blocking-threads") + 1])
    assert threads - PLACES.most >= 2
    assert threads <= settings.DB_POOL_MAX
