"""The forms' pages: public.py for strangers, manage.py for the team."""
