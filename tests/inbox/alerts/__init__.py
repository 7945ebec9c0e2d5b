"""Being told of messages while one looks elsewhere."""
