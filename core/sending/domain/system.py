"""Mail of the product itself: sign-in codes, resets, invitations, notices; on the platform and in workspaces.

What it says is kept in the delivery's payload only until it is settled, because it may hold a code.
"""

from core.sending.domain.queue import queue
from core.sending.models import Delivery
from core.sending.outgoing import Outgoing
from tenants.ids import uuid7

SYSTEM = "system"


def send_system(
    to: str,
    *,
    subject: str,
    text: str,
    html: str = "",
    from_name: str = "",
    from_email: str = "",
    ref: str = "",
    kind: str = SYSTEM,
) -> Delivery:
    """Queue a notice to one person; the same `ref` to the same address is one mail, an empty one always new.

    Without `from_name` and `from_email` it comes from the place's own brand and address. A kind of one's own
    needs `register_composer(kind, compose_system)`.
    """
    said = {"subject": subject, "text": text, "html": html, "from_name": from_name, "from_email": from_email}
    return queue(kind=kind, ref=ref or uuid7().hex, to=to, payload=said, automatic=True)


def compose_system(delivery: Delivery) -> Outgoing:
    said = delivery.payload
    if not said:
        raise ValueError("the words of this mail are gone")
    return Outgoing(**said)
