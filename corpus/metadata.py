"""What is known about a document: what its format states, and for the rest what its text plainly says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Final, get_args

from corpus.documents import Authority, DocumentMeta, Kind
from corpus.language import detect_language
from corpus.stated import iso_date, stated_language, stated_title

_TITLE_AREA = 600
"""Characters at a document's beginning where its date, number and publisher stand."""
_OPENING = 2_500
_LONGEST_TITLE = 300
_LONGEST_NAME = 200

_MONTHS: Final = {
    **dict.fromkeys(("januar", "january"), 1),
    **dict.fromkeys(("februar", "february"), 2),
    **dict.fromkeys(("marts", "mars", "march"), 3),
    "april": 4,
    **dict.fromkeys(("maj", "mai", "may"), 5),
    **dict.fromkeys(("juni", "june"), 6),
    **dict.fromkeys(("juli", "july"), 7),
    "august": 8,
    "september": 9,
    **dict.fromkeys(("oktober", "october"), 10),
    "november": 11,
    **dict.fromkeys(("december", "desember"), 12),
}
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})"
_DAY_DATE = re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})\.? {_MONTH},? (?P<year>(?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_MONTH_DATE = re.compile(rf"(?<!\w)(?:{_MONTH}) (?P<year>(?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_NUMBER_DATE = re.compile(
    r"(?<![\d./-])(?P<day>[0-3]?\d)[./-](?P<month>[01]?\d)[./-](?P<year>(?:19|20)\d\d)(?![\d./-])"
)
_YEAR_IN_URL = re.compile(r"/((?:19|20)\d\d)/")

_KINDS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    (
        "leaflet",
        re.compile(r"indlægsseddel|pakningsvedlegg|package leaflet|produktresum|preparatomtale|\bsmpc\b|\bepi\b"),
    ),
    ("brief", re.compile(r"\bnotat\b|\bnote:|\bbrief\b|\bdigest\b|fakta-?ark|factsheet|fact sheet|kort fortalt")),
    ("guide", re.compile(r"vejledning\b|veileder\b|veiledning\b|guidance\b|\bguide\b|guideline")),
    ("minutes", re.compile(r"\breferat\b|\bminutes\b|møtereferat|mødereferat|\bprotokoll\b|\bdagsorden\b")),
    ("mandate", re.compile(r"kommissorium|\bmandat\b|\bmandate\b|terms of reference")),
    ("strategy", re.compile(r"strategi|strategy|udspil|handlingsplan|handleplan|action plan|en klar retning")),
    (
        "law",
        re.compile(
            r"^(?:lov|bekendtgørelse|forskrift|forordning|regulation|directive|direktiv|act|cirkulære|anordning)\b"
            r"|\bloven\b|[a-zæøå]loven\)|\b\w{2,30}loven$|^lov-\d|\bregulation \(e[uc]"
        ),
    ),
)
"""Kinds by a word of the title, in the order in which they are tried."""

_MINUTES_WORDS = re.compile(
    r"til efterretning|godkendelse af (?:referat|dagsorden)|bød velkommen|ønsket velkommen|\beventuelt\b"
    r"|any other business",
    re.IGNORECASE,
)
_ARTICLE_WORDS = re.compile(
    r"denne artikkelen|denne artikel|først publisert|først bragt|this article|published on", re.I
)
_LAW_TEXT = re.compile(r"^(?:§ ?\d|Artikel 1\b|Article 1\b)", re.MULTILINE)
_STRATEGY_TEXT = re.compile(
    r"forskningsudspil|i denne strategi|strategien (?:har|indeholder)|this strategy", re.IGNORECASE
)
_CATALOGUE = re.compile(r"\bISBN[ :]|\bdoi:", re.IGNORECASE)

_AUTHORITIES: Final[dict[Kind, Authority]] = {
    "law": "binding",
    "guide": "guidance",
    "mandate": "decision record",
    "minutes": "decision record",
}

_FORCE = re.compile(
    r"\b(?:Loven|Lova|Bekendtgørelsen|Forskriften|Forordningen|Vejledningen|Cirkulæret|This Regulation|This Directive)"
    r" (?:træder i kraft|trer i kraft|har virkning fra|finder anvendelse fra|shall apply from|applies from"
    r"|shall enter into force on)(?: den| fra den)? (?P<date>\d{1,2}\.? \w{3,9} \d{4})"
)
_EXPIRY = re.compile(
    r"\b(?:Loven|Bekendtgørelsen|Forskriften|Vejledningen|Kommissoriet|Mandatet|This Regulation)"
    r" (?:ophæves|bortfalder|udløber|gælder til og med|gælder til|gjelder til og med|expires on|applies until)"
    r"(?: den)? (?P<date>\d{1,2}\.? \w{3,9} \d{4})"
)
_REPLACES = re.compile(
    r"(?:Samtidig ophæves|Bekendtgørelsen erstatter|Vejledningen erstatter|Dokumentet erstatter"
    r"|Denne forskriften erstatter|Samtidig oppheves|This document replaces|Erstatter|Replaces:?)"
    r" (?P<what>(?!følgende)[^.\n]{5,200}(?:nr\. [^.\n]{1,120})?)"
)
_REPLACED_BY = re.compile(r"(?:Erstattet af|Erstattet av|Afløst af|Replaced by):? (?P<what>[^.\n]{3,200})")
_COMMONS = re.compile(
    r"Creative Commons Attribution(?P<share>[- ]Share ?Alike)? (?P<version>\d\.\d)"
    r"|\bCC[ -](?P<short>BY(?:-SA|-NC|-ND)*|0) ?(?P<number>\d\.\d)?"
)
_IMPRINT = re.compile(r"^(?:[A-ZÆØÅ]\w{2,20}: )?(?P<name>[A-ZÆØÅ][^,:\n]{5,80}), (?:19|20)\d\d$", re.MULTILINE)
_PUBLISHER = re.compile(
    r"^(?:Udgivet af|Utgitt av|Udgiver|Utgiver|Published by|Publisher):? (?P<name>[^\n.]{3,80})", re.M
)
_NEXT_ENTRY = re.compile(
    r",? (?:Dato|Date|Versjon|Version|Titel|Tittel|Title|Sprog|Språk|Language|Licens|Lisens|Licen[cs]e|Kilde|Source"
    r"|Status|Type|Emne|Forfatter|Author|Opdateret|Oppdatert|Gyldig)\b[^:\n]{0,20}:"
)
"""What ends a publisher's name where the lines of a title block have run together: "Udgiver: Byen Dato: 2031"."""
_URL = re.compile(r"https?://[^\s<>()\"]{4,500}")
_WELCOME = re.compile(r"(?:Velkommen til|Velkommen til det|Welcome to(?: the)?) (?=\S{2,} \S)")
_LEADING_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,2}\.?|[IVX]{1,5}\.) +(?=[A-ZÆØÅ])")
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


def guess_meta(
    name: str, stated: Mapping[str, str], *, title: str, headings: Sequence[str], text: str
) -> tuple[DocumentMeta, tuple[str, ...]]:
    """Return what is known about a document, and a sentence for each stated value that could not be used.

    What is stated wins. `title` is the title found in the text ("" for none), `headings` the other headings in order.
    A value that neither is stated nor stands plainly in the text stays empty.
    """
    known, warnings = _validate(stated)
    own_title = known.get("title") or _guess_title(name, title, headings, text)
    kind = _as_kind(known.get("kind", "")) or guess_kind(own_title, name, headings, text)
    source_url = known.get("source_url") or _guess_url(own_title, text)
    language = stated_language(known.get("language", "")) or detect_language(text or own_title)
    meta = DocumentMeta(
        title=own_title,
        publisher=known.get("publisher") or _guess_publisher(text),
        date=known.get("date") or _guess_date(own_title, source_url, text),
        kind=kind,
        authority=_as_authority(known.get("authority", "")) or _AUTHORITIES.get(kind, "information"),
        language=language,
        valid_from=known.get("valid_from") or _find_single_date(_FORCE, text),
        valid_to=known.get("valid_to") or _find_single_date(_EXPIRY, text),
        replaces=known.get("replaces") or _find_named(_REPLACES, "what", text),
        replaced_by=known.get("replaced_by") or _find_named(_REPLACED_BY, "what", text[:_OPENING]),
        source_url=source_url,
        licence=known.get("licence") or _guess_licence(text),
    )
    return meta, warnings


def guess_kind(title: str, name: str, headings: Sequence[str], text: str) -> Kind:
    """Return what sort of document it is: by its title, then by the way its text is built, else "other"."""
    for kind, pattern in _KINDS:
        if pattern.search(title.lower()):
            return kind
    if len(_MINUTES_WORDS.findall(text)) >= 2 and any(
        "eventuelt" in h.lower() or "velkom" in h.lower() for h in headings
    ):
        return "minutes"
    if len(_LAW_TEXT.findall(text)) >= 5:
        return "law"
    if _STRATEGY_TEXT.search(text):
        return "strategy"
    if _ARTICLE_WORDS.search(text[:_OPENING]):
        return "article"
    if _CATALOGUE.search(text) and len(text) < 15_000:
        return "brief"
    opening = "\n".join([name.replace("_", " "), *headings[:2]]).lower()
    return next((kind for kind, pattern in _KINDS if pattern.search(opening)), "other")


def find_date(text: str) -> str:
    """Return the first date of a text as ISO 8601, to the day or the month, or "".

    >>> find_date("Oslo, 3. mai 2024"), find_date("Februar 2026"), find_date("nr. 1394/2007")
    ('2024-05-03', '2026-02', '')
    """
    days = [found for pattern in (_DAY_DATE, _NUMBER_DATE) if (found := pattern.search(text))]
    if days:
        first = min(days, key=lambda found: found.start())
        return iso_date(f"{first['year']}-{_month(first['month']):02}-{int(first['day']):02}")
    found = _MONTH_DATE.search(text)
    return f"{found['year']}-{_month(found['month']):02}" if found else ""


def _month(name: str) -> int:
    return int(name) if name.isdigit() else _MONTHS[name.lower()]


def _validate(stated: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the stated values that can be used, in the forms of `DocumentMeta`, and a warning for each other one."""
    values = {key: " ".join(value.split()) for key, value in stated.items()}
    if "url" in values:
        values.setdefault("source_url", values["url"])
    if values.get("kind", "").lower() == "digest":
        values["kind"] = "brief"
    checked = {
        "title": stated_title(values.get("title", "")),
        "kind": _as_kind(values.get("kind", "").lower()) or "",
        "authority": _as_authority(values.get("authority", "").lower()) or "",
        "language": stated_language(values.get("language", "")) or "",
        **{key: iso_date(values.get(key, "")) for key in ("date", "valid_from", "valid_to")},
    }
    warnings = tuple(
        f"The document states {key} {values[key][:80]!r}, which is no {key} the program knows; it is ignored."
        for key, value in checked.items()
        if values.get(key) and not value and key != "title"
    )
    return {**values, **checked}, warnings


def _as_kind(text: str) -> Kind | None:
    return next((kind for kind in get_args(Kind) if kind == text), None)


def _as_authority(text: str) -> Authority | None:
    return next((authority for authority in get_args(Authority) if authority == text), None)


def _guess_title(name: str, title: str, headings: Sequence[str], text: str) -> str:
    if title:
        return title[:_LONGEST_TITLE]
    for heading in headings[:1]:
        bare = _WELCOME.sub("", _LEADING_NUMBER.sub("", heading))
        if len(bare) > 3:
            return bare[:_LONGEST_TITLE]
    first_line = text.split("\n", 1)[0]
    return first_line if 3 < len(first_line) <= 120 else PurePath(name).stem


def _guess_date(title: str, source_url: str, text: str) -> str:
    """Return the date in the title, on a short line of the title area, or the year in the page's own address."""
    if found := find_date(title):
        return found
    for line in text[:_TITLE_AREA].split("\n"):
        if len(line) <= 60 and not line.endswith((".", ":")) and (found := find_date(line)):
            return found
    year = _YEAR_IN_URL.search(source_url)
    return year.group(1) if year else ""


def _guess_publisher(text: str) -> str:
    for pattern, area in ((_PUBLISHER, text[:_OPENING]), (_IMPRINT, text[-_OPENING:])):
        names = [_NEXT_ENTRY.split(found["name"], maxsplit=1)[0].strip() for found in pattern.finditer(area)]
        if names:
            return names[-1][:_LONGEST_NAME]
    return ""


def _guess_url(title: str, text: str) -> str:
    """Return the address that is plainly the page's own: its last part spells the title."""
    wanted = _slug(title)
    if len(wanted) < 12:
        return ""
    for found in _URL.finditer(text):
        address = found.group().rstrip(".,;)")
        own = _slug(address.rstrip("/").rsplit("/", 1)[-1])
        if own and (own.startswith(wanted[:40]) or (wanted.startswith(own[:40]) and len(own) >= 12)):
            return address
    return ""


def _slug(text: str) -> str:
    folded = text.lower().replace("ø", "o").replace("å", "a").replace("æ", "ae")
    return _NOT_LETTERS.sub("", folded)


def _guess_licence(text: str) -> str:
    found = _COMMONS.search(text[:_OPENING]) or _COMMONS.search(text[-_OPENING:])
    if not found:
        return ""
    if found["short"]:
        return " ".join(
            part for part in (f"CC {found['short']}" if found["short"] != "0" else "CC0", found["number"]) if part
        )
    return f"CC BY{'-SA' if found['share'] else ''} {found['version']}"


def _find_single_date(pattern: re.Pattern[str], text: str) -> str:
    """Return the one date that a document states for itself; several different ones decide nothing."""
    dates = {find_date(found["date"]) for found in pattern.finditer(text)} - {""}
    return dates.pop() if len(dates) == 1 else ""


def _find_named(pattern: re.Pattern[str], group: str, text: str) -> str:
    found = pattern.search(text)
    return found[group].strip() if found else ""
