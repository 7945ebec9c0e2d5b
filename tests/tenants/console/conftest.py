"""The consoles' tests sign in a lot: none pays for what another has tried."""

from tests.core.accounts.conftest import fresh_limits, mails  # noqa: F401 - fixtures, used by name or by being here
