"""Pages and addresses of the e-mail door: what providers post (webhooks.py), and the team's settings."""
