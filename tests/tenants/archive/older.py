"""An archive as an earlier release would have made it, out of one of today."""

from pathlib import Path

from tests.tenants.archive.conftest import members_of, pack, resealed, with_manifest

GONE_TABLES = (
    "accounts_teamrole",
    "accounts_supportsession",
    "accounts_team",
    "accounts_teammember",
    "conversations_label",
    "conversations_conversationlabel",
    "conversations_mention",
    "conversations_draft",
    "files_storedfile",
    "attachments_attachment",
    "attachments_draftfile",
    "notices_notice",
    "canned_cannedreply",
    "saved_savedview",
    "reports_fact",
    "reports_day",
    "reports_clock",
    "alerts_alertchoice",
    "chat_chatwidget",
    "chat_visitor",
    "chat_visitorfile",
    "forms_submission",
    "forms_consent",
    "email_transport_autoanswer",
    "email_transport_heldmail",
)
GONE_COLUMNS = {
    "forms_leadform": {"version", "confirms"},
    "accounts_user": {"team_role_id"},
    "conversations_conversation": {"last_in_seq", "priority", "snoozed_until", "team_id"},
    "conversations_message": {"client_key", "retry_at"},
}
OLDEST = {
    "accounts": "0002",
    "conversations": "0006",
    "message_search": "0001",
    "files": "0001",
    "attachments": "0001",
    "bulk": "0001",
    "notices": "0001",
    "canned": "0001",
    "saved": "0001",
    "reports": "0001",
    "alerts": "0001",
    "chat": "0001",
    "forms": "0002",
    "email_transport": "0002",
}
"""The first migration of each app that was not there yet."""


def as_older(path: Path, to: Path) -> Path:
    """What accounts 0001 and conversations 0005 would have exported, without files."""
    members = members_of(path)
    for table in GONE_TABLES:
        del members[f"data/{table}.sql"]
    kept = {table: _without(members, table, gone) for table, gone in GONE_COLUMNS.items()}

    def change(manifest: dict[str, object]) -> None:
        tables, migrations = manifest["tables"], manifest["migrations"]
        assert isinstance(tables, list)
        assert isinstance(migrations, list)
        manifest["tables"] = [table for table in tables if table["name"] not in GONE_TABLES]
        for table in tables:
            table["columns"] = kept.get(table["name"], table["columns"])
        manifest["migrations"] = [one for one in migrations if one[1] < OLDEST.get(one[0], "9999")]

    to.write_bytes(pack(resealed(with_manifest(members, change))).getvalue())
    return to


def _without(members: dict[str, bytes], table: str, gone: set[str]) -> list[str]:
    """Takes columns out of a table's member; returns those that stay."""
    name = f"data/{table}.sql"
    head, _, rows = members[name].partition(b"\n")
    columns = head.decode().partition("(")[2].partition(")")[0].replace('"', "").split(", ")
    stay = [number for number, column in enumerate(columns) if column not in gone]
    assert len(stay) == len(columns) - len(gone)
    kept = [columns[number] for number in stay]
    new_head = f'COPY "{table}" ({", ".join(f"{chr(34)}{one}{chr(34)}" for one in kept)}) FROM stdin;\n'
    lines = [line.split(b"\t") for line in rows.removesuffix(b"\\.\n").splitlines()]
    body = b"".join(b"\t".join(line[number] for number in stay) + b"\n" for line in lines)
    members[name] = new_head.encode() + body + b"\\.\n"
    return kept
