"""The door to a site's brand: the few tokens that pages, forms and mails are drawn with.

branding/ registers the real source behind it; without one, every site is neutral and bears its own name.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tenants.memory import Remembered
from tenants.sites import Site


@dataclass(frozen=True, slots=True)
class BrandLink:
    """A link of the brand's owner that belongs on every page, such as the privacy notice."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class BrandTokens:
    """All that a brand may decide. Numbers, short plain texts and our own addresses: never CSS, never HTML.

    `hue` is in degrees and `chroma` on the OKLCH scale (0 to 0.4), `radius` in CSS pixels, `font` a key of
    core.ui.theme; `accent` and `on_accent` are sRGB hex for places without stylesheets, such as mails.
    `support_email` is where a workspace's people write for help. `facing` is what a workspace's own customers
    see.
    """

    name: str
    hue: float
    chroma: float
    radius: int
    font: str
    accent: str
    on_accent: str = "#ffffff"
    logo_url: str = ""
    favicon_url: str = ""
    css_url: str = ""
    tagline: str = ""
    subline: str = ""
    footer: str = ""
    support_email: str = ""
    links: tuple[BrandLink, ...] = ()
    facing: "BrandTokens | None" = None


Source = Callable[[Site], BrandTokens]


def neutral(site: Site) -> BrandTokens:
    """A calm grey-blue under the site's own name."""
    return BrandTokens(name=site.name, hue=255.0, chroma=0.04, radius=8, font="inter", accent="#4a5f7a")


_source: Source = neutral


def register_source(source: Source) -> None:
    """Put a source of tokens behind the door, called once at start-up."""
    global _source  # noqa: PLW0603 - the one registration of this process
    _source = source
    forget()


def tokens_for(site: Site) -> BrandTokens:
    """The tokens of a site, at most a second old; a warm call asks the database nothing."""
    return _remembered.get(site)


_remembered: Remembered[Site, BrandTokens] = Remembered(
    lambda site: _source(site)  # noqa: PLW0108 - the source registered last, not the one of this line
)


def tokens_for_customers(site: Site) -> BrandTokens:
    """The same for a workspace's own customers: under its name, with nothing that names its reseller."""
    tokens = tokens_for(site)
    return tokens.facing or tokens


def forget() -> None:
    """Drop what this process remembers, so that its next page shows a change at once."""
    _remembered.clear()
