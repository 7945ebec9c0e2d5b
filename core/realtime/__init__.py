"""Live updates: typed events go through one bounded Redis stream to the browsers that may see them.

Writers call `push_on_commit` (push.py); the websocket process reads the stream in hub.py. Postgres stays
the truth.
"""
