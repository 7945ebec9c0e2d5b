"""What the ledger tells others: connected in deploy/wiring.py, sent by domain/announce.py."""

from django.dispatch import Signal

# Sent with `delivery` once it is sent, failed, skipped or unknown. A receiver that fails is told again by the
# sweep, so receivers must not mind hearing it twice.
delivery_settled = Signal()
