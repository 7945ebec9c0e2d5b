"""A mail's sanitised HTML with the pictures it brought along, each of our own drawing, as data in the page.

The frame that shows it has no origin, so that nothing in it could fetch them with anybody's session. What is
put in is letters of base64 in the place of an address that the sanitiser wrote: no markup changes after it.
"""

import base64
import re

from core.files import storage
from core.files.models import StoredFile
from inbox.attachments.queries import pictures_in_layout
from inbox.conversations.models import Message

MAX_PICTURES = 20
MAX_BYTES = 8_000_000
"""Of all pictures in one layout; the rest keeps its place, and hangs on the message as a file."""

PICTURE_PLACE = re.compile(r'src="cid:([A-Za-z0-9.@_+=$-]{1,200})"')


def with_pictures(message: Message) -> str:
    """The HTML as it is served."""
    html = message.body_html
    named = list(dict.fromkeys(PICTURE_PLACE.findall(html)))[:MAX_PICTURES]
    known = pictures_in_layout(message.id) if named else {}
    data = _data([(name, known[name]) for name in named if name in known])
    return PICTURE_PLACE.sub(lambda found: f'src="{data[found[1]]}"' if found[1] in data else "", html)


def _data(pictures: list[tuple[str, StoredFile]]) -> dict[str, str]:
    found, left = {}, MAX_BYTES
    for name, file in pictures:
        if file.size > left:
            continue
        try:
            content = storage.read(file.key)
        except FileNotFoundError:
            continue
        left -= len(content)
        found[name] = f"data:{file.content_type};base64,{base64.b64encode(content).decode()}"
    return found
