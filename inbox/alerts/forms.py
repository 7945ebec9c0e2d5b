"""What somebody chooses about being told."""

from django import forms


class AlertForm(forms.Form):
    """Four switches, all off at first."""

    desktop = forms.BooleanField(label="Show a notification", required=False)
    words = forms.BooleanField(label="With name and words", required=False)
    sound = forms.BooleanField(label="Play a short sound", required=False)
    others = forms.BooleanField(label="Also for what is a teammate's", required=False)
