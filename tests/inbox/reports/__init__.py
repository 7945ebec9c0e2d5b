"""The inbox reports: what is collected, folded, filled in and shown."""
