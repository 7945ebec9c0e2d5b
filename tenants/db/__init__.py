"""The second and third wall: a path and a role on every cursor, from the context."""
