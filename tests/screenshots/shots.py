"""The pages that pictures are taken of: where each is, whose it is, and what is done before the picture.

Words in braces are ids of scenes.py: `{client}` a workspace, `{domain}` one of its domains, `{starter}` a
template of the reseller's own.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shot:
    """One page. `clicks` are selectors, one after the other; a `tall` page is taken down to its end."""

    name: str
    path: str
    who: str = "team"
    clicks: tuple[str, ...] = ()
    tall: bool = False


CLIENT = "/workspaces/{client}/"


def _sheet(name: str, page: str, sheet: str, *, who: str = "staff", tall: bool = False) -> Shot:
    """What opens in the side sheet from a page, by the end of the sheet's address."""
    return Shot(name, page, who=who, clicks=(f'[data-sheet$="{sheet}"]',), tall=tall)


SHOTS = (
    Shot("login", "/account/login/", who="nobody"),
    Shot("form", "/f/contact/", who="nobody"),
    Shot("not-found", "/nothing-here/", who="nobody"),
    Shot("suspended", "/", who="suspended"),
    Shot("home", "/"),
    Shot("home-empty", "/", who="newcomer"),
    Shot("inbox", "/inbox/"),
    Shot("thread", "/inbox/", clicks=("#conversation-list [data-stop] >> nth=0",)),
    Shot("search", "/inbox/search/?q=invoice+from:a"),
    Shot("search-help", "/inbox/search/"),
    Shot("search-thread", "/inbox/search/?q=the", clicks=("#search-hits [data-stop] >> nth=2",)),
    Shot("labels", "/settings/labels/"),
    Shot("teams", "/settings/team/teams/"),
    Shot("reports", "/reports/inbox/"),
    Shot("new-lead", "/inbox/", clicks=(".top-bar [data-sheet]",)),
    Shot("contacts", "/contacts/"),
    Shot("contact", "/contacts/", clicks=(".grid-table [data-stop] >> nth=0",)),
    Shot("forms", "/settings/forms/"),
    Shot("keys", "/settings/api-keys/"),
    Shot("team", "/settings/team/"),
    _sheet("team-role", "/settings/team/", "/role/choose/", who="team"),
    _sheet("team-add", "/settings/team/", "/team/add/", who="team"),
    Shot("roles", "/settings/team/roles/"),
    Shot("activity", "/settings/activity/", tall=True),
    Shot("console", "/", who="staff"),
    Shot("workspaces", "/workspaces/", who="staff"),
    Shot("workspace", CLIENT, who="staff", tall=True),
    Shot("workspace-acts", CLIENT, who="staff", clicks=('[popovertarget="acts-menu"]',)),
    _sheet("new-workspace", "/workspaces/", "/workspaces/new/", tall=True),
    _sheet("move-domain", CLIENT, "/{domain}/move/"),
    _sheet("enter", CLIENT, "/enter/", tall=True),
    Shot("starters", "/starters/", who="staff"),
    _sheet("starter", "/starters/", "/starters/{starter}/", tall=True),
    Shot("staff", "/staff/", who="staff"),
    Shot("log", "/log/", who="staff"),
    Shot("brand", "/settings/brand/", who="staff"),
    Shot("overview", "/", who="operator"),
    Shot("fleet", "/fleet/", who="operator", tall=True),
    Shot("faults", "/fleet/faults/", who="operator"),
    Shot("failed-steps", "/fleet/steps/", who="operator"),
    Shot("system", "/system/", who="operator", tall=True),
    Shot("resellers", "/resellers/", who="operator"),
    Shot("every-workspace", "/workspaces/", who="operator"),
    Shot("any-workspace", CLIENT, who="operator", tall=True),
    _sheet("move-workspace", CLIENT, "/move/", who="operator"),
    Shot("platform-log", "/log/", who="operator"),
)
