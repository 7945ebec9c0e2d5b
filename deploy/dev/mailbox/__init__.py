"""The dev mailbox: catches every mail Marque sends, shows it on a page, and sends mail into a workspace.
A program of its own (`python -m deploy.dev.mailbox`) without Marque's database; the supervisor starts it."""
