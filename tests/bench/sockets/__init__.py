"""The processes of the push bench: bare server, browsers, and the web side; push.py next door runs them."""
