"""What formats state about their documents, brought to the forms of `DocumentMeta`; what means nothing is left out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import get_args

from corpus.documents import Authority, DocumentMeta, Kind, Language

_LANGUAGES: dict[str, Language] = {
    **dict.fromkeys(("da", "dan", "danish", "dansk"), "da"),
    **dict.fromkeys(("no", "nb", "nn", "nor", "nob", "nno", "norwegian", "norsk", "bokmål", "nynorsk"), "no"),
    **dict.fromkeys(("en", "eng", "english", "engelsk"), "en"),
}
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?!\d)")
_PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?")
_FILE_NAME = re.compile(r"\.(?:docx?|dotx?|odt|rtf|pdf|pptx?|xlsx?|indd|qxd|pmd|html?|md|txt|tex)$", re.IGNORECASE)
_EMPTY_TITLES = re.compile(
    r"(?:untitled|uden titel|uten tittel|no title|unknown|document|dokument|word document"
    r"|powerpoint[- ]pr[æe]sentation)[ _-]?\d{0,4}",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"styrelse|ministeri|region|agency|commission|kommission|office|institut|direktorat|departement|kommune|råd|union"
    r"|universit|parliament|council|forening|fond|sekretariat|authority|organi[sz]ation|hospital|myndighed|myndighet",
    re.IGNORECASE,
)
_KEYWORD = re.compile(r"(?:^|[,;\n])[ \t]{0,10}([A-Za-z_\d]{2,20})[ \t]{0,10}=")
_META_KEYS = {**{field.name: field.name for field in fields(DocumentMeta)}, "license": "licence", "url": "source_url"}
_META_NAMES = {
    **_META_KEYS,
    **{
        f"{scheme}.{name}": key
        for scheme in ("dc", "dcterms")
        for name, key in (
            ("language", "language"),
            ("publisher", "publisher"),
            ("license", "licence"),
            ("rights", "licence"),
            ("date", "date"),
            ("issued", "date"),
            ("modified", "date"),
            ("replaces", "replaces"),
            ("isreplacedby", "replaced_by"),
        )
    },
    "og:site_name": "publisher",
    "og:locale": "language",
    "og:url": "source_url",
}
"""Name of a web page's `<meta>` in lower case → field of `DocumentMeta`: our own names, Dublin Core, Open Graph."""
_META_ORDER = {name: place for place, name in enumerate(_META_NAMES)}


def iso_date(text: str) -> str:
    """Return the ISO date, month or year that the text begins with, or "".

    >>> iso_date("1999-07-02 (last changed 2025)"), iso_date("2022-2024"), iso_date("soon")
    ('1999-07-02', '2022', '')
    """
    return _date(_ISO_DATE.match(text.strip()))


def pdf_date(text: str) -> str:
    """Return the ISO date of a PDF date string (ISO 32000-1, 7.9.4), or "".

    >>> pdf_date("D:20240131160855-00'00'")
    '2024-01-31'
    """
    return _date(_PDF_DATE.match(text.strip()))


def stated_language(text: str) -> Language | None:
    """Return the language that a code or name stands for, None for one the program does not read."""
    return _LANGUAGES.get(re.split(r"[-_]", text.strip().lower(), maxsplit=1)[0])


def stated_title(text: str, stem: str = "") -> str:
    """Return the title, or "" for one that a program put there: "untitled", "Microsoft Word - x.docx", a file name."""
    title = " ".join(text.split())
    if title.lower().startswith("microsoft ") and " - " in title:
        return ""
    no_title = _EMPTY_TITLES.fullmatch(title) or _FILE_NAME.search(title) or title.lower() == stem.lower()
    one_word_with_signs = " " not in title and re.search(r"[\d_]", title)
    letters = sum(character.isalpha() for character in title)
    return "" if no_title or one_word_with_signs or letters < 4 else title[:300]


def stated_publisher(author: str) -> str:
    """Return the author where it is an organisation; a person's name is not a publisher."""
    author = " ".join(author.split())
    return author[:200] if _ORGANISATION.search(author) else ""


def stated_keywords(text: str) -> dict[str, str]:
    """Return what keywords of the form `kind=brief, publisher=Havnen` state; keywords without a sign are passed over.

    >>> stated_keywords("havn; kind=brief, publisher=Havnen, Kaj 2, licence=CC0")
    {'kind': 'brief', 'publisher': 'Havnen, Kaj 2', 'licence': 'CC0'}
    """
    found = list(_KEYWORD.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    return {
        _META_KEYS[key]: value[:300]
        for match, end in zip(found, ends, strict=False)
        if (key := match[1].lower()) in _META_KEYS and (value := text[match.end() : end].strip(" \t\r\n;,\"'"))
    }


def stated_in_meta(entries: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what a web page's `<meta>` entries (name, content) state; our own names win over Dublin Core's.

    >>> stated_in_meta([("DC.Publisher", "Byen"), ("publisher", "Havnen"), ("viewport", "x")])
    {'publisher': 'Havnen'}
    """
    known = [(name.strip().lower(), content) for name, content in entries]
    ordered = sorted((entry for entry in known if entry[0] in _META_ORDER), key=lambda entry: _META_ORDER[entry[0]])
    stated: dict[str, str] = {}
    for name, content in ordered:
        if value := " ".join(content.split())[:300]:
            stated.setdefault(_META_NAMES[name], value)
    return stated


def without_unknown(stated: Mapping[str, str]) -> dict[str, str]:
    """Return the entries that say something: real dates, known languages and kinds, no file name as title."""
    kept = {key: value.strip() for key, value in stated.items()}
    if _FILE_NAME.search(kept.get("title", "")):
        kept["title"] = ""
    for key in ("date", "valid_from", "valid_to"):
        kept[key] = iso_date(kept.get(key, ""))
    kept["language"] = stated_language(kept.get("language", "")) or ""
    for key, allowed in (("kind", get_args(Kind)), ("authority", get_args(Authority))):
        kept[key] = value if (value := kept.get(key, "").lower()) in allowed else ""
    return {key: value for key, value in kept.items() if value}


def _date(match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    year, month, day = match.groups()
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    if not 1800 <= int(year) <= 2200:
        return ""
    return "-".join(part for part in (year, month, day) if part)
