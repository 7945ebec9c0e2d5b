"""The consoles' own places in the rail; deploy/wiring.py hands them to the frame, which stands above.

Parts above the consoles register theirs with the frame themselves.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One place: `sites` are the kinds of site that have it, `may` the console action it asks for."""

    key: str
    label: str
    icon: str
    sites: frozenset[str]
    order: int
    may: str | None = None

    @property
    def url_name(self) -> str:
        return f"console:{self.key}"


OPERATORS, RESELLERS = frozenset({"platform"}), frozenset({"reseller"})

ENTRIES = (
    Entry(key="home", label="Overview", icon="gauge", sites=OPERATORS | RESELLERS, order=10),
    Entry(key="resellers", label="Resellers", icon="store", sites=OPERATORS, order=20),
    Entry(
        key="workspaces",
        label="Workspaces",
        icon="building-2",
        sites=OPERATORS | RESELLERS,
        order=30,
        may="see_workspaces",
    ),
    Entry(
        key="starters",
        label="Starters",
        icon="layout-template",
        sites=RESELLERS,
        order=55,
        may="manage_starters",
    ),
    Entry(key="staff", label="Staff", icon="users", sites=RESELLERS, order=50, may="see_staff"),
    Entry(key="fleet", label="Fleet", icon="zap", sites=OPERATORS, order=55),
    Entry(key="system", label="System", icon="server", sites=OPERATORS, order=60),
)
