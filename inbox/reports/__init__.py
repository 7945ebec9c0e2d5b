"""Inbox reports: volume, first replies and resolutions by day, channel, team and person, from roll-ups alone.

What happens in conversations leaves facts in its own transaction (domain/collect.py), which are folded into
days every minute (domain/fold.py); pages read days (queries.py), never messages.
"""
