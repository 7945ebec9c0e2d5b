"""What a file may be called and be, from its name and its first bytes. Lowest layer, no database.

Pictures are looked at more closely in pictures.py; the limits of size are settings.
"""

import re
import unicodedata

MAX_NAME = 120
"""Characters of a file's name."""
HEAD = 4096
"""Bytes that are looked at to tell what a file is."""
UNKNOWN = "application/octet-stream"
"""What everything is whose name and content do not say the same."""

_RUNNABLE = """
ade adp apk app application appref-ms appx appxbundle asp aspx bash bat cab cgi chm cmd com command cpl crx
csh deb desktop diagcab diagcfg diagpkg dll dmg ex ex_ exe gadget hta htaccess htpasswd inf ins ipa iso isp
img jar jnlp js jse jsp ksh lib lnk mde mjs msc msi msix msixbundle msp mst nsh ocx php php3 php4 php5 phar
phtml pif pkg pl ps1 ps1xml ps2 psc1 psm1 py pyc pyw rb reg rpm run scf scr sct settingcontent-ms sh shb shs
so sys url vb vbe vbs vhd vhdx vxd wsc wsf wsh xll xpi zsh
"""
RUNNABLE = frozenset(_RUNNABLE.split())
"""Endings of what a computer may run when somebody opens it."""

_ZIPPED = {
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "epub": "application/epub+zip",
}
_COMPOUND = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
}
_SIGNED: tuple[tuple[re.Pattern[bytes], dict[str, str]], ...] = tuple(
    (re.compile(pattern, re.DOTALL), kinds)
    for pattern, kinds in (
        (rb"\xff\xd8\xff", {"jpg": "image/jpeg", "jpeg": "image/jpeg"}),
        (rb"\x89PNG\r\n\x1a\n", {"png": "image/png"}),
        (rb"GIF8[79]a", {"gif": "image/gif"}),
        (rb"RIFF....WEBP", {"webp": "image/webp"}),
        (rb"RIFF....WAVE", {"wav": "audio/wav"}),
        (rb"(?:II\*\0|MM\0\*)", {"tif": "image/tiff", "tiff": "image/tiff"}),
        (rb"....ftyp(?:heic|heix|mif1|msf1|hevc)", {"heic": "image/heic", "heif": "image/heif"}),
        (rb"....ftypqt  ", {"mov": "video/quicktime"}),
        (rb"....ftyp(?:M4A )", {"m4a": "audio/mp4"}),
        (rb"....ftyp", {"mp4": "video/mp4", "m4v": "video/mp4", "m4a": "audio/mp4", "3gp": "video/3gpp"}),
        (rb"\x1aE\xdf\xa3", {"webm": "video/webm", "mkv": "video/x-matroska"}),
        (rb"OggS", {"ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg"}),
        (rb"(?:ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])", {"mp3": "audio/mpeg"}),
        (rb"%PDF-", {"pdf": "application/pdf"}),
        (rb"PK(?:\x03\x04|\x05\x06)", _ZIPPED),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _COMPOUND),
        (rb"\{\\rtf", {"rtf": "application/rtf"}),
        (rb"\x1f\x8b", {"gz": "application/gzip", "tgz": "application/gzip"}),
        (rb"7z\xbc\xaf\x27\x1c", {"7z": "application/x-7z-compressed"}),
        (rb"Rar!\x1a\x07", {"rar": "application/vnd.rar"}),
        (rb"\x78\x9f\x3e\x22", {"dat": "application/ms-tnef"}),
    )
)
"""How a kind of content begins, and what may be called so; the first that fits counts."""
_TEXTS = {
    "txt": "text/plain", "log": "text/plain", "md": "text/plain", "csv": "text/csv", "tsv": "text/plain",
    "ics": "text/calendar", "vcf": "text/vcard", "eml": "message/rfc822", "json": "application/json",
}  # fmt: skip
_NAMED = {ending for _, kinds in _SIGNED for ending in kinds}

_RUNNING = re.compile(
    rb"\x7fELF|#!|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe|\xfe\xed\xfa[\xce\xcf]|L\0\0\0\x01\x14\x02\0|dex\n|<\?php",
    re.DOTALL,
)
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_NOT_IN_NAMES = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)", re.IGNORECASE)


def clean_name(name: str) -> str:
    """What a file is called here: one line without folders, hidden characters or tricks; never empty.

    Characters that turn the reading order are among the hidden ones, so that an ending is where one sees it.
    """
    last = re.split(r"[/\\]", name[:4000])[-1]
    seen = "".join("" if unicodedata.category(char) in _HIDDEN else char for char in last)
    plain = " ".join(unicodedata.normalize("NFC", seen).translate(_NOT_IN_NAMES).split()).strip(". ")
    if _DEVICES.match(plain):
        plain = f"_{plain}"
    return _cut(plain) or "file"


def _cut(name: str) -> str:
    if len(name) <= MAX_NAME:
        return name
    stem, dot, end = name.rpartition(".")
    if not dot or len(end) > 20:
        return name[:MAX_NAME].strip(". ")
    return f"{stem[: MAX_NAME - len(end) - 1].strip('. ')}.{end}"


def ending(name: str) -> str:
    """What follows the last dot, in small letters; "" without one."""
    _, dot, end = name.rpartition(".")
    return end.strip().lower() if dot else ""


def runs(name: str, head: bytes) -> bool:
    """Whether a computer may run this when somebody opens it, by its ending or by how it begins.

    A name that is nothing but an ending, such as .htaccess, counts as one.
    """
    bare = clean_name(name)
    return (
        (ending(bare) or bare.lower()) in RUNNABLE or bool(_RUNNING.match(head)) or _is_windows_program(head)
    )


def _is_windows_program(head: bytes) -> bool:
    """By both its headers: a text may well begin with MZ."""
    if not head.startswith(b"MZ") or len(head) < 64:
        return False
    at = int.from_bytes(head[60:64], "little")
    return head[at : at + 2] in {b"PE", b"NE", b"LE", b"LX"} or (at >= len(head) and b"\0" in head)


def content_type(name: str, head: bytes) -> str:
    """What a file is, where its name and its content say the same; UNKNOWN for everything else.

    Never anything that a browser would run: HTML, SVG and XML are UNKNOWN.
    """
    end = ending(name)
    for begins, kinds in _SIGNED:
        if begins.match(head):
            return kinds.get(end, UNKNOWN)
    return _TEXTS.get(end, UNKNOWN) if end not in _NAMED and _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    return b"\0" not in head


def in_words(size: int) -> str:
    """A size in bytes for people: "640 B", "12 kB", "3.4 MB"."""
    if size < 1000:
        return f"{size} B"
    if size < 999_500:
        return f"{round(size / 1000)} kB"
    return f"{size / 1_000_000:.1f} MB"
