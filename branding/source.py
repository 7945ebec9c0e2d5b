"""What stands behind core.brand's door: a site's look as tokens, with the addresses of its files.

The addresses are plain paths on the site's own host, so that no page, mail or form names another host.
"""

from dataclasses import replace

from branding.assets import monogram, stylesheet
from branding.queries import Look, looks_of
from branding.rules import accent
from core.brand import BrandLink, BrandTokens
from tenants.sites import Site


def tokens(site: Site) -> BrandTokens:
    """The tokens of a site; its reseller's or its own name where no brand name was chosen."""
    look, facing = looks_of(site)
    found = tokens_of(look, fallback_name=site.reseller_name or site.name)
    if not site.is_workspace:
        return found
    return replace(found, facing=tokens_of(facing, fallback_name=site.name))


def tokens_of(look: Look, *, fallback_name: str) -> BrandTokens:
    """A look as tokens."""
    name = look.name or fallback_name
    shape = (look.hue, look.chroma, look.radius, look.font)
    return BrandTokens(
        name=name,
        hue=look.hue,
        chroma=look.chroma,
        radius=look.radius,
        font=look.font,
        accent=accent(look.hue, look.chroma),
        logo_url=f"/brand/{look.logo_digest}.png" if look.logo_digest else "",
        favicon_url=_favicon(look, name=name),
        css_url=f"/brand/{stylesheet(*shape).digest}.css",
        tagline=look.tagline,
        subline=look.subline,
        footer=look.footer,
        support_email=look.support_email,
        links=_links(look),
    )


def _favicon(look: Look, *, name: str) -> str:
    if look.icon_digest:
        return f"/brand/{look.icon_digest}.png"
    return f"/brand/favicon-{monogram(name, look.hue, look.chroma, look.radius).digest}.svg"


def _links(look: Look) -> tuple[BrandLink, ...]:
    found = (("Privacy", look.privacy_url), ("Terms", look.terms_url))
    return tuple(BrandLink(label=label, url=url) for label, url in found if url)
