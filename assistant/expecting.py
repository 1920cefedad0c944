"""What kind of answer a question asks for, told from its own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from corpus.documents import LANGUAGES, Language
from indexing.equivalents import equivalents_of
from indexing.words import is_function_word, stem, words_of

Expected = Literal["number", "money", "date", "person", "list", "yes_no", "reason", "definition", "statement"]

_I = re.IGNORECASE
_MONEY = re.compile(
    r"\b(?:penger?|satt av|sat af|midler|bel[øo]b|kroner|kr|mio|euro|eur|dkk|nok|"
    r"budget\w*|bevilling\w*|bevilget|afsat|avsatt|finansier\w*|"
    r"gebyr\w*|afgift\w*|avgift\w*|pris\w*|koster?|betale\w*|money|cost\w*|price\w*|fees?|funding|amount|paid|pay)\b",
    _I,
)
_NUMBER = re.compile(
    r"\b(?:hvor (?:mange|meget|stor\w*|h[øo]j\w*|lang\w*|gammel|ofte|l[æa]nge|tit|mye|h[øo]y\w*|gamle?)|"
    r"hv(?:ilken|ilket|ilke|a er|ad er) (?:andel\w*|antal\w*|procent\w*|prosent\w*|share|antallet)|"
    r"how (?:many|much|often|long|large|big|old|high)|what (?:share|percentage|proportion|number|amount))\b",
    _I,
)
_DATE = re.compile(
    r"\b(?:hvorn[åa]r|hvornaar|when|(?:hvilken|hvilket|hva slags|which|what) "
    r"(?:dato|[åa]r|dag|date|year|day|m[åa]ned|month)|"
    r"(?:hvad|hva|what) (?:er|is) (?:fristen|datoen|the (?:deadline|date)))\b|^\W*(?:og |men )?n[åa]r\b",
    _I,
)
_SHARE = re.compile(r"\b(?:andel\w*|procent\w*|prosent\w*|share|percentage|proportion)\b", _I)
_PERSON = re.compile(r"\b(?:hvem|kven|hvis|who|whom|whose|by whom)\b", _I)
_REASON = re.compile(r"\b(?:hvorfor|kvifor|why|hvad skyldes|årsag\w*|grunden)\b", _I)
_LIST = re.compile(
    r"\b(?:hvilke|hvilket?\w* (?:tre|fire|fem)|kva for|which|n[æe]vn|list|opremse?|oplist|nevn|name the|"
    r"hvem (?:sidder|sitter|best[åa]r|er (?:med|medlem|repr\w+))|hvem er medlemmer|"
    r"who (?:sits|are the members|is represented)|"
    r"hvad (?:best[åa]r|omfatter|indeholder)|hva (?:best[åa]r|omfatter|inneholder)|what are)\b",
    _I,
)
_DEFINITION = re.compile(
    r"^\W*(?:hvad (?:er|betyder|st[åa]r|vil det sige)|hva (?:er|betyr|st[åa]r)|"
    r"what (?:is|are|does \w+ (?:mean|stand for))|"
    r"forklar|definer)\b",
    _I,
)
_YES_NO = re.compile(
    r"^\W*(?:og |men |så )?(?:er|kan|skal|m[åa]|har|bliver|blir|blev|ble|gælder|gjelder|"
    r"vil|findes|finnes|f[åa]r|var|"
    r"b[øo]r|mon|is|are|can|may|must|shall|should|does|do|did|has|have|will|was|were)\b",
    _I,
)

NUMBER_WORDS: dict[Language, tuple[str, ...]] = {
    "da": ("nul", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti", "elleve", "tolv", "halv", "dobbelt"),
    "no": ("null", "to", "tre", "fire", "fem", "seks", "sju", "syv", "åtte", "ni", "ti", "elleve", "tolv", "halv"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "half"),
}
_FREQUENCY = r"hver|årlig\w*|ugentlig\w*|månedlig\w*|én|ein|éi|once|twice|annual\w*|monthly|weekly|daglig\w*|daily"
_HAS_NUMBER = re.compile(
    r"\d|\b(?:" + "|".join(sorted({w for words in NUMBER_WORDS.values() for w in words})) + f"|{_FREQUENCY})\\b", _I
)
_LABEL_NUMBER = re.compile(
    r"(?:§+|\b(?:stk|nr|pkt|punkt|litra|kap|kapitel|kapittel|artikel|article|art|afsnit|annex|bilag|side|no|jf|ledd))"
    r"\.?\s*\d+(?:[-.]\d+)*(?:\s?[a-z]\b)?\.?|^\W*\d+[.)]\s",
    _I,
)
_MONTHS = (
    "januar|februar|marts|mars|april|maj|mai|juni|juli|august|september|oktober|november|december|desember|"
    "january|february|march|may|june|july|october"
)
_HAS_DATE = re.compile(
    rf"\b(?:19|20)\d\d\b|\b\d{{1,2}}\.? (?:{_MONTHS})|\b(?:{_MONTHS}) \d|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|"
    rf"\b\d+ (?:dage?r?|uger?|uker?|m[åa]neder?|[åa]r|timer?|days?|weeks?|months?|years?|hours?)\b|"
    r"\b(?:udgangen|inden|senest|straks|omg[åa]ende|within|immediately|by the end)\b",
    _I,
)
_HAS_MONEY = re.compile(
    r"\d[\d.,\s]*(?:kr\b|kroner|mio|mia|mill|tkr|dkk|nok|eur|€|euro|million|milliard)|(?:€|eur|dkk|kr\.?)\s?\d", _I
)
_CAPITALISED = re.compile(r"(?<![.!?:•] )(?<!^)\b[A-ZÆØÅ][\wæøåÆØÅ/-]+")
_BODY = re.compile(
    r"\b\w*(?:styrelsen?|ministeri\w+|minister\w*|gruppen?|udvalg\w*|utvalg\w*|kommission\w*|komit[eé]\w*|r[åa]det?|"
    r"regioner?n?e?|kommuner?n?e?|direkt[øo]r\w*|direktorat\w*|l[æe]ge\w*|lege\w*|chef\w*|leder\w*|sekretariat\w*|"
    r"r[åa]dgiver\w*|selskab\w*|institut\w*|hospital\w*|sygehus\w*|sykehus\w*|virksomhed\w*|ans[øo]ger\w*|s[øo]ker\w*|"
    r"patient\w*|pasient\w*|agenc\w+|authorit\w+|committee|board|member states?|medlemsstat\w*|sponsor\w*|holder\w*|"
    r"person\w*|myndighed\w*|myndighet\w*|ansvarlig\w*|den,? der|enhver|stat\w*|folketing\w*|storting\w*|konge\w*)\b",
    _I,
)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a right answer has to be made of."""

    kind: Expected
    whole_list: bool = False


def expect(question: str) -> Expectation:
    """Return what kind of answer a question asks for.

    >>> expect("Hvor ofte mødes styregruppen?").kind
    'number'
    >>> expect("Hvor mange penge er der afsat?").kind
    'money'
    >>> expect("Er rådgivningen en del af leverancerne?").kind
    'yes_no'
    """
    lists = bool(_LIST.search(question))
    if _REASON.search(question):
        return Expectation("reason")
    if _NUMBER.search(question):
        return Expectation("money" if _MONEY.search(question) and not _SHARE.search(question) else "number")
    if re.search(r"\b(?:hvad koster|hva koster|what does .{1,60} cost|pris(?:en)? (?:på|for))\b", question, _I):
        return Expectation("money")
    if _DATE.search(question):
        return Expectation("date")
    if _PERSON.search(question):
        return Expectation("person", whole_list=lists)
    if lists:
        return Expectation("list", whole_list=True)
    if _DEFINITION.search(question):
        return Expectation("definition")
    if _YES_NO.search(question):
        return Expectation("yes_no")
    return Expectation("statement")


_COUNTED = re.compile(r"\b(?:hvor mange|how many|kor mange|hvor mye|hvor meget|how much)\s+((?:[^\W\d_]+\s*){1,4})", _I)
_OFTEN = re.compile(r"\b(?:hvor (?:ofte|tit|hyppigt|mange gange)|how (?:often|many times|frequently))\b", _I)
_FREQUENTLY = re.compile(
    r"\b(?:gange?r?|times?|once|twice|hver(?:t|anden)?|hvert|every|årlig\w*|annual\w*|yearly|månedlig\w*|monthly|"
    r"kvartal\w*|quarter\w*|ugentlig\w*|ukentlig\w*|weekly|daglig\w*|daily|løbende|løpende|regular\w*|"
    r"(?:om|i|per|pr\.?) (?:året|år|måneden|måned|ugen|uken|uge|dagen|døgnet)|(?:a|per) (?:year|month|week|day))\b",
    _I,
)
_WORDS_FOR_NUMBERS = sorted({word for words in NUMBER_WORDS.values() for word in words}, key=len, reverse=True)
_NUMERAL = rf"(?:\d[\d.,]*|{'|'.join(_WORDS_FOR_NUMBERS)})"


_HOW_LONG = re.compile(
    r"\bhvor (?:længe|laenge|lenge|lang tid|lang frist|lenge)\b|\bhow long\b|"
    r"\bhv(?:ad|a) er fristen\b|\bhv(?:ilken|or lang) frist\b|\bwhat is the (?:deadline|time limit)\b",
    _I,
)
_HOW_OLD = re.compile(r"\bhvor (?:gammel|gammelt|gamle?)\b|\bhow old\b|\b(?:hvilken|what) (?:alder|age)\b", _I)
_DURATION = re.compile(
    rf"\b{_NUMERAL}\W+(?:\w+\W+)?(?:minut\w*|tim\w+|dag\w*|døgn\w*|hverdag\w*|uge\w*|uke\w*|måned\w*|år\w*|"
    r"hours?|days?|weeks?|months?|years?|minutes?)\b",
    _I,
)
_AGE = re.compile(rf"\b{_NUMERAL}(?:\W+\w+)?\W+(?:år\w*|years?)\b|\b{_NUMERAL}-år\w*", _I)


def number_of_what_is_asked(question: str, text: str) -> bool:
    """Return whether a text counts the very thing a question asks the number of ("89 godkendte databaser").

    The counted word must follow the numeral within four words; how often, how long and how old must be said as such.
    """
    for asks, says in ((_OFTEN, _FREQUENTLY), (_HOW_OLD, _AGE), (_HOW_LONG, _DURATION)):
        if asks.search(question):
            return bool(says.search(text))
    stems = {kept for word in _counted_words(question) for kept in _stems(word)}
    if not stems:
        return False
    for numeral in re.finditer(rf"\b{_NUMERAL}\b((?:\W+[^\W\d_]+){{1,4}})", text, _I):
        if any(_stems(word) & stems for word in words_of(numeral.group(1))):
            return True
    return False


def _counted_words(question: str) -> list[str]:
    """Return the words between "hvor mange" and the verb: what is counted ("godkendte databaser")."""
    asked = _COUNTED.search(question)
    words = words_of(asked.group(1)) if asked else []
    is_grammar = (any(is_function_word(word, language) for language in LANGUAGES) for word in words)
    return [word for word, _ in takewhile(lambda pair: not pair[1], zip(words, is_grammar, strict=True))]


def _stems(word: str) -> set[str]:
    found = {stem(word, language) for language in LANGUAGES}
    return found | {other for one in found for other in equivalents_of(one)}


_ASKS_FROM_WHEN = re.compile(
    r"\b(?:træde\w* i kraft|traadte i kraft|trådte i kraft|ikrafttræd\w*|ikrafttred\w*|tr[åe]dte? i kraft|trer i kraft|"
    r"gælde\w*|gjelde\w*|gjaldt|begynd\w*|start\w*|apply|applies|applied|enters? into force|entered into force|"
    r"in force)\b",
    _I,
)
_SAYS_FROM_WHEN = re.compile(
    r"\b(?:træder i kraft|trådte i kraft|trer i kraft|har virkning fra|gælder fra|gjelder fra|finder anvendelse fra|"
    r"shall apply from|applies from|enters? into force|entry into force)\b",
    _I,
)
_GIVES_REASON = re.compile(
    r"\b(?:fordi|skyldes|derfor|idet|eftersom|grund\w*|årsag\w*|for at|med henblik på|betyder|grunn\w*|ettersom|siden|"
    r"because|since|due to|therefore|in order to|so that|reason\w*|given that)\b",
    _I,
)
_DEFINES = re.compile(
    r"\b(?:er (?:en|et|ein|ei|eit)|forstås|forstås ved|menes|betyder|betyr|forkort\w*|står for|kaldes|kalles|defineres|"
    r"means?|is an?|refers to|stands? for|known as|abbreviat\w*)\b",
    _I,
)


def says_what_is_asked(question: str, expected: Expected, text: str) -> bool:
    """Return whether a text is worded as an answer of the kind is: "træder i kraft", "fordi", "forstås ved"."""
    match expected:
        case "date":
            return bool(_ASKS_FROM_WHEN.search(question)) and bool(_SAYS_FROM_WHEN.search(text))
        case "reason":
            return bool(_GIVES_REASON.search(text))
        case "definition":
            return bool(_DEFINES.search(text)) or any(f"({name})" in text for name in _ABBREVIATION.findall(question))
        case _:
            return False


_ABBREVIATION = re.compile(r"\b[A-ZÆØÅ][A-ZÆØÅa-z0-9]*[A-ZÆØÅ0-9]\b")


def find_expected(text: str, expected: Expected) -> list[tuple[int, int]]:
    """Return where in a text something of the expected kind stands, as (start, end); none for kinds without a mark."""
    if expected == "number":
        text = _LABEL_NUMBER.sub(lambda found: " " * len(found.group()), text)
    patterns = {"money": (_HAS_MONEY,), "number": (_HAS_NUMBER,), "date": (_HAS_DATE,), "person": (_CAPITALISED, _BODY)}
    return [found.span() for pattern in patterns.get(expected, ()) for found in pattern.finditer(text)]


def holds_what_is_expected(text: str, expected: Expected) -> bool:
    """Return whether a text has something of the expected kind in it: an amount, a number, a date, a name or body.

    True for the kinds that show no such mark (a reason, a statement, …).
    """
    return expected not in ("money", "number", "date", "person") or bool(find_expected(text, expected))
