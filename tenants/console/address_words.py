"""What the address of a new workspace is asked for with: a word below our own domain, or a domain of theirs.

The form is forms.py next door; in the browser pieces/address.ts takes the words of what is chosen.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AddressWords:
    """What the address of a new workspace is asked for with."""

    label: str
    help: str
    missing: str


ADDRESS = {
    "subdomain": AddressWords(
        "Name",
        "One word: letters, digits and hyphens, such as halden-dental.",
        "Type the word that is to stand before .{}.",
    ),
    "domain": AddressWords(
        "Domain",
        "Such as crm.example.com. It must point to this installation.",
        "Type the domain at which they are to find it.",
    ),
}
