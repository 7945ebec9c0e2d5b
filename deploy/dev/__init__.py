"""A whole Marque on one developer's machine: set-up, embedded services, the supervisor, the mailbox.
Nothing in production imports it; the settings it fills in through the environment live in deploy/settings."""
