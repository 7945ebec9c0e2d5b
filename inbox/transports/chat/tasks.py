"""The chat's background work; each is one call into domain/."""

from inbox.transports.chat.domain import answers
from tenants.tasks import workspace_task


@workspace_task("inbox.chat.mail_unseen")
def mail_unseen() -> None:
    answers.mail_unseen()
