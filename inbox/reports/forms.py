"""What a report is asked for: how many days, and what narrows it."""

from datetime import UTC, datetime, timedelta

from django import forms

from core.accounts.models import Team, User
from core.accounts.queries import teammates
from inbox.conversations.enums import Channel
from inbox.reports.queries import Asked

SPANS = [(7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "12 months")]
USUAL = 30


class ReportForm(forms.Form):
    """GET parameters; each is optional."""

    days = forms.TypedChoiceField(choices=SPANS, coerce=int, required=False, empty_value=None)
    channel = forms.ChoiceField(required=False)
    team = forms.ModelChoiceField(queryset=Team.objects.none(), required=False, empty_label="All teams")
    person = forms.ModelChoiceField(queryset=User.objects.none(), required=False, empty_label="Everybody")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through
        self.fields["channel"].choices = [("", "All channels"), *Channel.choices]  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["person"].queryset = teammates()  # type: ignore[attr-defined]
        for name in ("channel", "team", "person"):
            self.fields[name].widget.attrs["class"] = "select select-sm"

    def asked(self) -> Asked:
        """The span that ends today. Valid forms only."""
        data, today = self.cleaned_data, datetime.now(UTC).date()
        return Asked(
            first=today - timedelta(days=(data["days"] or USUAL) - 1),
            last=today,
            channel=data["channel"],
            team=data["team"].id if data["team"] else None,
            person=data["person"].id if data["person"] else None,
        )
