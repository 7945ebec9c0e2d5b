"""The chat's addresses: widget.py for visitors on other sites, manage.py for the team."""
