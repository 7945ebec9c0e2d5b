"""The starter templates that every reseller is offered: real words for three kinds of business.

Each part's content is checked by the app it belongs to; `manage.py migrate` writes these as rows, because a
workspace names its template and a console counts who began with it.
"""

from typing import Any
from uuid import UUID

from tenants.starters import BuiltIn, register_built_in

INBOX, LEADS, FORMS, KEYS = "use_inbox", "add_leads", "manage_forms", "manage_api_keys"


def _ask(key: str, *, required: bool = False) -> dict[str, Any]:
    return {"key": key, "required": required}


def _role(name: str, *actions: str) -> dict[str, Any]:
    return {"name": name, "actions": list(actions)}


CANNED = [
    {
        "name": "Thanks, we are on it",
        "code": "thanks",
        "text": "Hello {{ contact.first_name | there }},\n\nthank you for writing. I am looking into it and"
        " come back to you today.\n\n{{ agent.first_name }}",
    },
    {
        "name": "One more question",
        "code": "more",
        "text": "Hello {{ contact.first_name | there }},\n\nto answer this well I need to know a little more:"
        " what have you tried, and what did you see?\n\n{{ agent.first_name }}",
    },
    {
        "name": "Is it solved?",
        "code": "solved",
        "text": "Hello {{ contact.first_name | there }},\n\ndoes it work for you now? If we hear nothing, we"
        " take it as solved; an answer to this always reaches us.\n\n{{ agent.first_name }},"
        " {{ workspace.name }}",
    },
]
"""What any team writes again and again."""

SALES = BuiltIn(
    id=UUID("019ac000-0000-7000-8000-000000000001"),
    name="Sales team",
    description="A form for requests, and roles for those who answer, prospect or keep things running.",
    is_default=True,
    parts={
        "roles": [
            _role("Account manager", INBOX, LEADS, FORMS),
            _role("Sales development", INBOX, LEADS),
            _role("Sales operations", INBOX, FORMS, KEYS),
        ],
        "canned": CANNED,
        "forms": [
            {
                "slug": "contact",
                "title": "Talk to sales",
                "intro": "Tell us what you are looking for and how many people would use it. A person"
                " answers, usually within one working day.",
                "button": "Send to sales",
                "thanks": "Thank you. One of our sales people will come back to you within one working day.",
                "fields": [
                    _ask("name", required=True),
                    _ask("email", required=True),
                    _ask("company", required=True),
                    _ask("phone"),
                    _ask("message", required=True),
                ],
            }
        ],
        "brand": {
            "hue": 255.0,
            "chroma": 0.16,
            "radius": 8,
            "tagline": "Every lead gets an answer.",
            "subline": "Requests, replies and who is on it, in one place.",
        },
    },
)

AGENCY = BuiltIn(
    id=UUID("019ac000-0000-7000-8000-000000000002"),
    name="Agency",
    description="A project brief and a short contact form, and roles from account lead to freelancer.",
    parts={
        "roles": [
            _role("Account lead", INBOX, LEADS, FORMS),
            _role("Project manager", INBOX, LEADS),
            _role("Freelancer", INBOX),
        ],
        "canned": CANNED,
        "forms": [
            {
                "slug": "contact",
                "title": "Say hello",
                "intro": "A question, an idea, a coffee: write to us.",
                "button": "Send",
                "thanks": "Thank you for writing. You hear from us soon.",
                "fields": [
                    _ask("name", required=True),
                    _ask("email", required=True),
                    _ask("message", required=True),
                ],
            },
            {
                "slug": "brief",
                "title": "Brief us on a project",
                "intro": "What should be different once it is done? Tell us about goals, dates and budget as"
                " far as you know them. We read every brief and say honestly whether we fit.",
                "button": "Send the brief",
                "thanks": "We have your brief. Within two working days we propose a time for a first call.",
                "fields": [
                    _ask("name", required=True),
                    _ask("email", required=True),
                    _ask("phone"),
                    _ask("company", required=True),
                    _ask("message", required=True),
                ],
            },
        ],
        "brand": {
            "hue": 25.0,
            "chroma": 0.17,
            "radius": 4,
            "font": "figtree",
            "tagline": "Good work starts with a good brief.",
            "subline": "Clients, enquiries and answers side by side.",
        },
    },
)

CLINIC = BuiltIn(
    id=UUID("019ac000-0000-7000-8000-000000000003"),
    name="Clinic or practice",
    description="A form for appointments that asks for a phone number, and roles for reception and practice.",
    parts={
        "roles": [
            _role("Practice manager", INBOX, LEADS, FORMS),
            _role("Reception", INBOX, LEADS),
            _role("Practitioner", INBOX),
        ],
        "canned": CANNED,
        "forms": [
            {
                "slug": "contact",
                "title": "Ask for an appointment",
                "intro": "Leave your number and tell us when we can reach you. Please do not write about your"
                " health here; we talk about it in person. In an emergency call 112.",
                "button": "Ask for an appointment",
                "thanks": "Thank you. Reception calls you back during opening hours.",
                "fields": [
                    _ask("name", required=True),
                    _ask("phone", required=True),
                    _ask("email"),
                    _ask("message"),
                ],
            }
        ],
        "brand": {
            "hue": 195.0,
            "chroma": 0.09,
            "radius": 12,
            "font": "source-sans",
            "tagline": "Here for your patients.",
            "subline": "Requests for appointments, answered by reception.",
        },
    },
)


def register() -> None:
    """Called once at start-up."""
    for template in (SALES, AGENCY, CLINIC):
        register_built_in(template)
