"""What the ledger tells others: connected in deploy/wiring.py, sent by domain/announce.py."""

from django.dispatch import Signal

# Sent with `delivery` once it is sent, failed, skipped or unknown. A receiver that fails is told again by the
# sweep, so receivers must not mind hearing it twice.
delivery_settled = Signal()

# Sent with `delivery` when it has to wait for another try; its `reason` says why. Told once, heard or not.
delivery_delayed = Signal()
