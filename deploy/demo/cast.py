"""Who is in the demo: the platform, two resellers, their clients, and everybody who can sign in.

How they are made is installation.py; what is in their inboxes is bulk.py.
"""

from dataclasses import dataclass

from deploy.demo.business import DENTAL, EVENTS, STUDIO, Business

PASSWORD = "lantern-harbour-42"  # noqa: S105 - of people who exist in development only; demo_table prints it


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who can sign in."""

    email: str
    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a brand says on the pages it is on."""

    tagline: str
    subline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A workspace; the first of its team is the owner."""

    label: str
    name: str
    words: Words
    business: Business
    contacts: int
    messages: int
    team: tuple[Login, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A reseller with its brand and clients."""

    slug: str
    name: str
    hue: float
    chroma: float
    radius: int
    footer: str
    words: Words
    owner: Login
    clients: tuple[Client, ...]


OPERATOR = Login("olga@marque.example", "Olga Brandt", "operator")

ACME = Client(
    label="acme",
    name="Acme Studio",
    words=Words(
        tagline="Every brief, in good hands.", subline="The inbox that answers before the coffee is cold."
    ),
    business=STUDIO,
    contacts=360,
    messages=2_600,
    team=(
        Login("mara@acme.example", "Mara Albu", "admin"),
        Login("jonas@acme.example", "Jonas Thorén", "manager"),
        Login("ines@acme.example", "Inês Carvalho", "agent"),
    ),
)
BRIGHTSIDE = Client(
    label="brightside",
    name="Brightside Events",
    words=Words(
        tagline="From first call to last dance.", subline="Every guest, every question, in one place."
    ),
    business=EVENTS,
    contacts=280,
    messages=2_100,
    team=(
        Login("priya@brightside.example", "Priya Anand", "admin"),
        Login("lukasz@brightside.example", "Łukasz Bielak", "manager"),
        Login("chloe@brightside.example", "Chloé Marchand", "agent"),
    ),
)
LUMEN = Client(
    label="lumen",
    name="Lumen Dental",
    words=Words(
        tagline="Your patients, remembered.", subline="The front desk that never forgets to call back."
    ),
    business=DENTAL,
    contacts=420,
    messages=2_900,
    team=(
        Login("elif@lumen.example", "Elif Kaya", "admin"),
        Login("soren@lumen.example", "Søren Friis", "manager"),
        Login("maja@lumen.example", "Maja Nowak", "agent"),
    ),
)

NORTHWIND = House(
    slug="northwind",
    name="Northwind",
    hue=272,
    chroma=0.19,
    radius=8,
    footer="© Northwind Ltd",
    words=Words(tagline="Clients first, always.", subline="One calm place for every conversation."),
    owner=Login("nora@northwind.example", "Nora Winther", "staff"),
    clients=(ACME, BRIGHTSIDE),
)
HARBOR = House(
    slug="harbor",
    name="Harbor & Co",
    hue=188,
    chroma=0.095,
    radius=14,
    footer="© Harbor & Co GmbH",
    words=Words(tagline="Safe in harbour.", subline="Software for practices that look after people."),
    owner=Login("henrik@harbor.example", "Henrik Holm", "staff"),
    clients=(LUMEN,),
)
HOUSES = (NORTHWIND, HARBOR)
