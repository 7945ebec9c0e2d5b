"""How a mail of the product looks: a brand's name, paragraphs, a code in large or a link as a button.

What it says is each app's own; who sends it is identity.py.
"""

from collections.abc import Sequence

from django.template.loader import render_to_string

from core.brand import BrandTokens


def draw_letter(
    paragraphs: Sequence[str],
    *,
    brand: BrandTokens,
    subject: str,
    code: str = "",
    button_url: str = "",
    button: str = "",
) -> str:
    """A mail's HTML. The paragraph `code` stands large, that of `button_url` is a button.

    `button` are the button's words.
    """
    context = {"paragraphs": paragraphs, "brand": brand, "subject": subject}
    context |= {"code": code, "button_url": button_url, "button": button}
    return render_to_string("sending/email/letter.html", context)
