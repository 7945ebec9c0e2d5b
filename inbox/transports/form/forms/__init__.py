"""What strangers send through a form (submission.py), and what the team makes of one (builder.py)."""
