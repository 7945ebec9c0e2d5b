"""A line of the log in words, and the kinds of lines people may ask for.

Each act that is recorded anywhere stands here (tests/core/timeline/test_words.py looks for them); what a
support person opened has its words in visits.py.
"""

from string import Formatter

from core.timeline.models import AuditEntry
from core.timeline.visits import SEEN, WRITTEN, visited

WORDS: dict[str, str | tuple[str, ...]] = {
    "account.sign_in": "signed in",
    "account.password": "set a new password",
    "team.invite": "invited {label} as {role}",
    "team.invite_again": "sent {label} another invitation",
    "team.join": "accepted the invitation",
    "team.role": "made {label} {to}, before {from}",
    "team.deactivate": "took access away from {label}",
    "team.reactivate": "gave {label} access again",
    "workspace.brought": ("brought this workspace out of an archive", ", with {lines} lines of its log"),
    "role.create": ("made the role “{label}”", ", which may {actions}"),
    "role.change": (
        "changed the role “{label}”", ", before “{from}”", ": it may now {added}", "; no longer: {removed}",
    ),
    "role.delete": ("deleted the role “{label}”", ", whose people are agents now: {people}"),
    "api_key.make": "made the API key “{label}”",
    "api_key.revoke": "revoked the API key “{label}”",
    "bulk.start": "began on {count} conversations: {label}",
    "bulk.undo": "took back on {count} conversations: {label}",
    "canned.create": "wrote the canned reply “{label}”",
    "canned.change": "changed the canned reply “{label}”",
    "canned.delete": "deleted the canned reply “{label}”",
    "saved_view.create": "shared the view “{label}”",
    "saved_view.change": "changed the view “{label}”",
    "saved_view.delete": "deleted the view “{label}”",
    "contact.correct": "corrected the {field} of {label}",
    "label.create": "made the label “{label}”",
    "label.change": ("changed the label “{label}”", ", before “{from}”"),
    "label.delete": ("deleted the label “{label}”", ", which {count} conversations had"),
    "teams.create": ("made the team “{label}”", " of {people}"),
    "teams.change": ("changed the team “{label}”", ", before “{from}”", ", now {people}"),
    "teams.delete": "deleted the team “{label}”",
    "form.make": "made the form “{label}”",
    "form.change": "changed the form “{label}”",
    "mail.key": "made a key that signs mail, {label}",
    "mail.key_found": "found the key {label}, which signs mail from now on",
    "mail.auto": "turned automatic answers to mail {label}",
    "mail.bring_in": "brought {count} mails of {label} into the inbox, which had been held back",
    "mail.let_go": "let {count} mails of {label} go, which had been held back",
    "mail.reachable": "let mail go to {label} again",
    "chat.change": "changed the chat “{label}”",
    "support.enter": "came in for support: “{reason}”",
    "support.leave": "left",
    "support.end": "sent {label} out",
    "support.over": "closed the stay of {label}: {why}",
    "workspace.create": ("created the workspace {label}", " at {host}"),
    "workspace.rename": "renamed {from} to {label}",
    "workspace.correct_owner": "corrected the owner of {label} to {to}, before {from}",
    "workspace.past_due": "marked {label} as past due",
    "workspace.paid": "marked {label} as paid",
    "workspace.suspend": "suspended {label}",
    "workspace.reactivate": "reactivated {label}",
    "workspace.archive": ("archived {label}", ", whose data leaves the database on {drop_at}"),
    "workspace.delete": ("deleted {label}", ", of which nothing is left after {purge_at}"),
    "workspace.restore": ("restored {label}", ", which was {from}"),
    "workspace.restored": "opened {label} again, its data being back",
    "workspace.restore_failed": "could not restore {label}: its file cannot be used",
    "workspace.drop": "put the data of {label} into a file and took it out of the database",
    "workspace.purge": "took away all that was left of {label}",
    "workspace.export": "asked for an export of {label}",
    "workspace.download": ("downloaded an export of {label}", ": {file}"),
    "workspace.import": ("brought {label} in from a file", ", to {host}"),
    "workspace.leave": ("moved {label} away", " from {whose}", " to {other}"),
    "workspace.arrive": ("brought {label} here", " to {whose}", " from {other}"),
    "workspace.set_up_again": "had the set-up of {label} go on from a step that had failed",
    "workspace.enter": "entered {label} for support: “{reason}”, for at most {minutes} minutes",
    "workspace.support_left": "left {label} after {lasted}",
    "workspace.support_ended": "sent {person} out of {label} after {lasted}",
    "workspace.support_over": "closed the stay of {person} in {label} after {lasted}: {why}",
    "domain.add": ("added the address {label}", " to {workspace}"),
    "domain.primary": ("made {label} the primary address", " of {workspace}", ", before {from}"),
    "domain.remove": ("took the address {label} away", " from {workspace}"),
    "domain.move": ("moved the address {label}", " from {from}", " to {to}"),
    "starter.create": "made the starter template “{label}”",
    "starter.change": ("changed the words of the starter template “{label}”", ", before “{from}”"),
    "starter.default": ("made “{label}” the starter template that is chosen first", ", before “{from}”"),
    "starter.delete": "deleted the starter template “{label}”",
    "reseller.create": ("created the reseller {label}", " at {host}"),
    "reseller.suspend": "suspended the reseller {label}",
    "reseller.reactivate": "reactivated the reseller {label}",
    "staff.invite": "invited {label} to the staff as {role}",
    "staff.invite_again": "sent {label} another invitation to the staff",
    "staff.correct": "sent the invitation of {from} to {label}",
    "staff.join": "joined the staff",
    "staff.change_role": "made {label} {to} on the staff, before {from}",
    "staff.remove": ("took {label} off the staff", ", who was {role}"),
    "brand.change": "changed the brand of {label}",
}  # fmt: skip
"""Of several parts the first is always said, each other one when the line holds all that it names."""

WORKSPACE_KINDS = {
    "account": "Signing in",
    "team": "Team",
    "role": "Roles",
    "teams": "Teams",
    "label": "Labels",
    "canned": "Canned replies",
    "saved_view": "Saved views",
    "bulk": "Many conversations at once",
    "contact": "Contacts",
    "api_key": "API keys",
    "form": "Forms",
    "chat": "Chat",
    "mail": "E-mail",
    "support": "Support",
    "workspace": "Workspace",
}
CONSOLE_KINDS = {
    "account": "Signing in",
    "workspace": "Workspaces",
    "domain": "Addresses",
    "starter": "Starter templates",
    "reseller": "Resellers",
    "staff": "Staff",
    "brand": "Brands",
}
DATES = frozenset({"drop_at", "purge_at"})


class _Facts(dict[str, object]):
    """What a line does not say is left out, not an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def said(entry: AuditEntry) -> str:
    """What was done, after the name of whoever did it. An act without words reads by its own name."""
    if entry.action in {SEEN, WRITTEN}:
        return visited(entry)
    facts = facts_of(entry)
    if words := WORDS.get(entry.action):
        return fill(words, facts=facts)
    thing, _, verb = entry.action.partition(".")
    return " ".join(f"{thing} {verb} {entry.label}".replace("_", " ").split())


def facts_of(entry: AuditEntry) -> dict[str, object]:
    """What a line holds, as people write it."""
    detail = entry.detail if isinstance(entry.detail, dict) else {}
    return {name: _written(name, value) for name, value in detail.items()} | {"label": entry.label}


def fill(words: str | tuple[str, ...], *, facts: dict[str, object]) -> str:
    first, *others = (words,) if isinstance(words, str) else words
    there = [part for part in others if all(facts.get(name) for name in _named(part))]
    return "".join(part.format_map(_Facts(facts)) for part in (first, *there))


def _named(part: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(part) if name]


def _written(name: str, value: object) -> object:
    if isinstance(value, list):
        return ", ".join(str(one).replace("_", " ") for one in value)
    if name in DATES and isinstance(value, str):
        return value[:10]
    return value
