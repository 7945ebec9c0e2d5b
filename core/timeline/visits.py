"""What a support person opened and changed, in words: by the name of the view, and what it was about.

middleware.py writes the lines; what things are called is told by the apps whose things they are, which stand
above and register. The words of all other acts are words.py.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from core.timeline.models import AuditEntry

SEEN, WRITTEN = "support.view", "support.write"

PAGES = {
    "account_change_password": "the change of a password",
    "account_set_password": "the change of a password",
    "account_profile": "a profile",
    "activity:list": "the activity log",
    "alerts:choices": "how somebody is notified",
    "api_keys:list": "the API keys",
    "api_keys:ask_revoke": "an API key",
    "canned:delete": "the canned reply {name}",
    "canned:edit": "the canned reply {name}",
    "canned:list": "the canned replies",
    "canned:new": "a new canned reply",
    "contacts:list": "the contacts",
    "contacts:detail": "the contact {name}",
    "chat:preview": "how the chat looks",
    "chat:settings": "the chat",
    "email:settings": "the settings of e-mail",
    "forms:edit": "the form {name}",
    "forms:list": "the forms",
    "forms:new": "a new form",
    "forms:ways": "the ways to share a form",
    "inbox:contact_conversations": "the conversations of {name}",
    "inbox:home": "the start page",
    "inbox_search:results": "what a search of the inbox found",
    "inbox:label_delete": "the label {name}",
    "inbox:label_edit": "the label {name}",
    "inbox:label_new": "a new label",
    "inbox:labels": "the labels",
    "inbox:list": "the inbox",
    "inbox:new": "the form for a new lead",
    "inbox:thread": "the conversation with {name}",
    "notices:list": "the notices",
    "reports:inbox": "the reports of the inbox",
    "saved:delete": "the view {name}",
    "saved:edit": "the view {name}",
    "saved:list": "the saved views",
    "saved:new": "a new view",
    "team:list": "the team",
    "team:add": "the invitation of somebody",
    "team:choose_role": "the role of {name}",
    "team:role": "the role of {name}",
    "team:role_delete": "a role",
    "team:role_edit": "a role",
    "team:role_new": "a new role",
    "team:roles": "the roles",
    "team:team_delete": "a team",
    "team:team_edit": "a team",
    "team:team_new": "a new team",
    "team:teams": "the teams",
    "team:take_access": "the access of {name}",
}
"""What is read there, after "opened" or "was refused"."""

WRITES = {
    "account_change_password": ("changed a password", "change a password"),
    "account_profile": ("changed a profile", "change a profile"),
    "account_set_password": ("changed a password", "change a password"),
    "alerts:choices": ("changed how they are notified", "change how they are notified"),
    "api_keys:list": ("made an API key", "make an API key"),
    "api_keys:revoke": ("revoked an API key", "revoke an API key"),
    "canned:delete": ("deleted a canned reply", "delete a canned reply"),
    "canned:edit": ("changed the canned reply {name}", "change the canned reply {name}"),
    "canned:new": ("wrote a canned reply", "write a canned reply"),
    "chat:settings": ("changed the chat", "change the chat"),
    "contacts:reachable": ("let mail go to {name} again", "let mail go to {name} again"),
    "email:check_key": ("looked up a key that signs mail", "look up a key that signs mail"),
    "email:held": ("settled mail that was held back", "settle mail that was held back"),
    "email:settings": ("changed the automatic answer", "change the automatic answer"),
    "email:new_key": ("made a key that signs mail", "make a key that signs mail"),
    "forms:ask": ("had an address confirmed", "have an address confirmed"),
    "forms:edit": ("changed the form {name}", "change the form {name}"),
    "forms:new": ("made a form", "make a form"),
    "bulk:start": ("changed many conversations", "change many conversations"),
    "bulk:stop": ("stopped a change of many conversations", "stop a change of many conversations"),
    "bulk:undo": ("took a change of many conversations back", "take a change of many conversations back"),
    "inbox:new": ("added a lead", "add a lead"),
    "inbox:note": ("wrote a private note about {name}", "write a private note about {name}"),
    "contacts:correct": ("corrected what is known of {name}", "correct what is known of {name}"),
    "inbox:reply": ("answered {name}", "answer {name}"),
    "inbox:retry": ("sent an answer to {name} again", "send an answer to {name} again"),
    "inbox:label_delete": ("deleted a label", "delete a label"),
    "inbox:label_edit": ("changed the label {name}", "change the label {name}"),
    "inbox:label_new": ("made a label", "make a label"),
    "inbox:add_file": ("put a file to the answer to {name}", "put a file to the answer to {name}"),
    "inbox:remove_file": ("took a file off the answer to {name}", "take a file off the answer to {name}"),
    "inbox:set_label": ("changed the labels of {name}", "change the labels of {name}"),
    "inbox:set_priority": ("changed how urgent {name} is", "change how urgent {name} is"),
    "inbox:set_snooze": ("snoozed the conversation with {name}", "snooze the conversation with {name}"),
    "inbox:set_team": ("changed which team answers {name}", "change which team answers {name}"),
    "inbox:set_assignee": ("changed who answers {name}", "change who answers {name}"),
    "inbox:set_state": (
        "changed the state of the conversation with {name}",
        "change the state of the conversation with {name}",
    ),
    "notices:read": ("read a notice", "read a notice"),
    "notices:read_all": ("read the notices", "read the notices"),
    "saved:delete": ("deleted a view", "delete a view"),
    "saved:edit": ("changed the view {name}", "change the view {name}"),
    "saved:move": ("moved the view {name}", "move the view {name}"),
    "saved:new": ("saved a view", "save a view"),
    "support:end": ("sent somebody out", "send somebody out"),
    "support:leave": ("left", "leave"),
    "team:access": ("changed the access of {name}", "change the access of {name}"),
    "team:add": ("invited somebody", "invite somebody"),
    "team:resend": ("sent {name} another invitation", "send {name} another invitation"),
    "team:role": ("changed the role of {name}", "change the role of {name}"),
    "team:role_delete": ("deleted a role", "delete a role"),
    "team:role_edit": ("changed a role", "change a role"),
    "team:role_new": ("made a role", "make a role"),
    "team:team_delete": ("deleted a team", "delete a team"),
    "team:team_edit": ("changed a team", "change a team"),
    "team:team_new": ("made a team", "make a team"),
    "team:take_access": ("took access away from {name}", "take access away from {name}"),
}
"""What was done there, and the same after "tried to"."""

BYPRODUCTS = {
    "forms:preview": "drawn while a form is changed, whose page has its line",
    "forms:new_preview": "the same",
    "alerts:alert": "a browser asks by itself whether to tell of a message",
    "inbox:draft": "words that nobody has sent are their writer's own",
    "inbox:seen": "opening a conversation marks it as read, and the opening has its line",
    "files:file": "a picture or file is fetched with the conversation it stands in",
    "inbox:menu": "what is chosen from a menu has its line",
    "canned:options": "as with the menus: the answer that is sent has its line",
    "canned:said": "the same",
    "inbox:filter": "as with the other menus",
    "notices:count": "the bell asks by itself; support people have none",
    "inbox:mentionable": "as with the menus: the note that is written has its line",
    "bulk:menu": "closed to support, and what is chosen from it is too",
    "bulk:count": "a figure beside what is chosen, which is closed to support",
    "bulk:jobs": "one's own jobs, and support people have none",
    "inbox:message_html": "a mail's own look is drawn with the conversation it stands in",
    "support:enter": "its line is the stay's own, and its address holds a token",
    "support:over": "it is shown when the stay is over",
}
"""Views that are nobody's decision, and why they have no line."""

EVERYBODYS = "a page that is open to everybody"
NOBODY = "somebody"

Namer = Callable[[UUID], str]

_namers: dict[str, Namer] = {}


def register_namer(argument: str, namer: Namer) -> None:
    """Say how a thing is called whose id stands in addresses as `argument`; "" where there is none."""
    _namers[argument] = namer


def name_of(arguments: Mapping[str, object]) -> str:
    """What a page is about, by the arguments of its address."""
    for argument, value in arguments.items():
        if (namer := _namers.get(argument)) and isinstance(value, UUID):
            return namer(value)
    return ""


def visited(entry: AuditEntry) -> str:
    """What was opened or changed, after the name of whoever did it; what was refused is said to be."""
    detail = entry.detail if isinstance(entry.detail, dict) else {}
    view, status = str(detail.get("view", "")), detail.get("status")
    failed = isinstance(status, int) and status >= 400
    about = {"name": detail.get("name") or NOBODY}
    if not view:
        return "asked for a page that does not exist"
    if entry.action == SEEN:
        page = PAGES.get(view, EVERYBODYS).format_map(about)
        return f"{_missed(status)} {page}" if failed else f"opened {page}"
    done, tried = WRITES.get(view, (f"sent in {EVERYBODYS}", f"send in {EVERYBODYS}"))
    if failed:
        return f"tried to {tried.format_map(about)} and {_outcome(status)}"
    return done.format_map(about)


def _missed(status: object) -> str:
    return "was refused" if status in {401, 403, 405, 429} else "asked in vain for"


def _outcome(status: object) -> str:
    return "was refused" if status in {401, 403, 405, 429} else "changed nothing"
