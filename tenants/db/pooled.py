"""What a pooled connection leaves behind when it goes back: nothing.

Role and path are set anew for each user of a connection anyway (base.py); this is for what raw SQL may have
left in the session, such as a cursor WITH HOLD, a time limit, an advisory lock.
"""

import psycopg


def forget(connection: psycopg.Connection) -> None:
    """The pool's `reset`, run by its own thread after a connection was given back."""
    connection.autocommit = True  # DISCARD ALL refuses to run inside a transaction
    connection.execute("DISCARD ALL")
