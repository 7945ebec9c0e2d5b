"""The consoles' tests sign in a lot: none pays for what another has tried."""

from tests.core.accounts.conftest import fresh_limits  # noqa: F401 - a fixture, used by being here
