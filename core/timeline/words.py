"""A line of the log in words, and the kinds of lines people may ask for.

An act that nobody has put into words here still reads, by its own name.
"""

from core.timeline.models import AuditEntry

WORDS = {
    "account.sign_in": "signed in",
    "account.password": "set a new password",
    "team.invite": "invited {label} as {role}",
    "team.invite_again": "sent {label} another invitation",
    "team.join": "accepted the invitation",
    "team.role": "made {label} {to}, before {from}",
    "team.deactivate": "took access away from {label}",
    "team.reactivate": "gave {label} access again",
    "role.create": "made the role “{label}”",
    "role.change": "changed the role “{label}”",
    "role.delete": "deleted the role “{label}”",
    "api_key.make": "made the API key “{label}”",
    "api_key.revoke": "revoked the API key “{label}”",
    "form.make": "made the form “{label}”",
    "form.change": "changed the form “{label}”",
    "support.enter": "came in for support: “{reason}”",
    "support.leave": "left",
    "support.end": "sent {label} out",
    "support.view": "opened {label}",
    "support.write": "changed something at {label} (answered {status})",
    "workspace.create": "created the workspace {label}",
    "workspace.set_up_again": "had the set-up of {label} tried again",
    "workspace.correct_owner": "corrected the owner of {label} to {to}, before {from}",
    "workspace.past_due": "marked {label} as past due",
    "workspace.paid": "marked {label} as paid",
    "workspace.suspend": "suspended {label}",
    "workspace.reactivate": "reactivated {label}",
    "workspace.export": "had all data of {label} written into a file",
    "workspace.download": "downloaded all data of {label}",
    "workspace.archive": "archived {label}",
    "workspace.delete": "deleted {label}",
    "workspace.restore": "restored {label}",
    "workspace.restored": "read {label} back from its archive",
    "workspace.restore_failed": "could not read {label} back from its archive",
    "workspace.drop": "moved the data of {label} into its archive",
    "workspace.purge": "took away all that was left of {label}",
    "workspace.import": "imported {label} from an archive",
    "workspace.rename": "renamed a workspace {label}, before {from}",
    "workspace.leave": "moved {label} away to {other}",
    "workspace.arrive": "moved {label} here from {other}",
    "workspace.enter": "entered {label} for support: “{reason}”, for at most {minutes} minutes",
    "domain.add": "added the domain {label} to {workspace}",
    "domain.primary": "made the domain {label} primary, before {from}",
    "domain.remove": "removed the domain {label}",
    "domain.move": "moved the domain {label} to {to}",
    "starter.create": "made the starter template “{label}”",
    "starter.change": "changed the starter template “{label}”",
    "starter.default": "made the starter template “{label}” the default",
    "starter.delete": "deleted the starter template “{label}”",
    "reseller.create": "created the reseller {label}",
    "reseller.suspend": "suspended the reseller {label}",
    "reseller.reactivate": "reactivated the reseller {label}",
    "staff.invite": "invited {label} to the staff as {role}",
    "staff.invite_again": "sent {label} another invitation to the staff",
    "staff.join": "joined the staff",
    "staff.change_role": "made {label} {to} on the staff, before {from}",
    "staff.remove": "took {label} off the staff",
    "brand.change": "changed the brand of {label}",
}

WORKSPACE_KINDS = {
    "account": "Signing in",
    "team": "Team",
    "role": "Roles",
    "api_key": "API keys",
    "form": "Forms",
    "support": "Support",
    "workspace": "Workspace",
}
CONSOLE_KINDS = {
    "account": "Signing in",
    "workspace": "Workspaces",
    "domain": "Domains",
    "starter": "Starter templates",
    "reseller": "Resellers",
    "staff": "Staff",
    "brand": "Brands",
}


class _Facts(dict[str, object]):
    """What a line does not say is left out, not an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def said(entry: AuditEntry) -> str:
    """What was done, after the name of whoever did it."""
    facts = _Facts(entry.detail if isinstance(entry.detail, dict) else {})
    facts["label"] = entry.label
    if words := WORDS.get(entry.action):
        return words.format_map(facts)
    thing, _, verb = entry.action.partition(".")
    return " ".join(f"{thing} {verb} {entry.label}".replace("_", " ").split())
