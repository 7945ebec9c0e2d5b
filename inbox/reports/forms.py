"""What a report is asked for: how many days, and what narrows it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django import forms

from core.accounts.queries import team, teams_by_name
from inbox.conversations.transports import channel_choices
from inbox.reports.queries import Asked

SPANS = [(7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "12 months")]
USUAL = 30


class ReportForm(forms.Form):
    """GET parameters; each is optional."""

    days = forms.TypedChoiceField(choices=SPANS, coerce=int, required=False, empty_value=None)
    channel = forms.ChoiceField(required=False)
    team = forms.TypedChoiceField(coerce=UUID, empty_value=None, required=False)
    person = forms.TypedChoiceField(coerce=UUID, empty_value=None, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through
        self.fields["channel"].choices = [("", "All channels"), *channel_choices()]  # type: ignore[attr-defined]
        teams = [(str(team.id), team.name) for team in teams_by_name()]
        people = [(str(person.id), person.display_name) for person in team()]  # who left has figures too
        self.fields["team"].choices = [("", "All teams"), *teams]  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", "Everybody"), *people]  # type: ignore[attr-defined]
        for name in ("channel", "team", "person"):
            self.fields[name].widget.attrs["class"] = "select select-sm"

    def asked(self) -> Asked:
        """The span that ends today. Valid forms only."""
        data, today = self.cleaned_data, datetime.now(UTC).date()
        return Asked(
            first=today - timedelta(days=(data["days"] or USUAL) - 1),
            last=today,
            channel=data["channel"],
            team=data["team"] or None,
            person=data["person"] or None,
        )
