"""A whole Marque on one developer's machine: set-up, embedded services, the supervisor of `make run`, the mailbox.
Nothing in production imports it; the settings it fills in through the environment live in deploy/settings."""
