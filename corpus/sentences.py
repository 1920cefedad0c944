"""Danish, Norwegian and English text into sentences, with the abbreviations of policy and law."""

from __future__ import annotations

import re

from corpus.documents import Span


def read_words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


_NEVER_LAST = read_words("""
    adr afd afs alm ang anm bek bekg bet bl ca cf cfr cvr d dep dir dvs dok dr eks ekskl ekst enh evt ff fhv fmd
    forf forts fr fx gl gns hft hhv hr ift ifb iflg ifm inkl instr jan feb apr jul aug sep sept okt nov dec des jf jfr
    jnr jr jvf kap kgl kl kst lb lbnr lic litra ltr lnr maks mdr medl mht mhp modt mr mrs ms mul nr nrs nto obl omkr omr
    opl opr pga pgl ppr prof pr pt resp rev samt sml spm sr st sædv tab tdr tel tlf udd udg undt vedr vejl vha vs
    iht ordf bekendtg para paras approx incl excl vol ed eds dipl
""")
"""Abbreviations that always lean on the next word, without their last full stop."""

_MAY_BE_LAST = read_words("""
    mv m.v osv o.s.v m.m m.fl mfl o.l o.lign lign e.l el.lign e.lign m.a etc al kr mio mia pct inc ltd o.a o.fl a.m
    p.m
""")
"""Abbreviations that can end a sentence: what follows decides."""

_BEFORE_NUMBERS = frozenset({"kr", "mio", "mia", "pct", "al"})

_LEANING_ON_NUMBERS = frozenset({"no", "nos", "fig", "figs", "min", "max", "art", "sek", "stk", "pkt", "pnr", "s", "p"})
"""Abbreviations before a number, and otherwise words or the end of a sentence."""

_CURRENCIES = frozenset({"EUR", "DKK", "NOK", "SEK", "USD", "GBP", "NIS"})

MONTHS = read_words("""
    januar februar marts mars april maj mai juni juli august september oktober november december desember
    january february march may june july october
""")

_STARTERS = read_words("""
    det den de der du dette disse denne hvis når for som i en et vi efter etter ved til med på fra herunder derfor
    derudover desuden endvidere loven the this these it if in a an we they there when for however member reglerne
    styregruppen ministeren regeringen kommissionen departementet kongen
""")
"""Words that begin a sentence far more often than they are a surname."""

_LABEL = re.compile(
    r"(?:§§?[ ]?\d{1,4}(?:-\d{1,3})?(?:[ ]?[A-Za-z])?\.|Stk\.[ ]?\d{1,3}(?:[ ]?[a-z])?\.|"
    r"(?:Artikel|Artikkel|Article|Kapitel|Kapittel|Chapter|Kap\.|Punkt|Trin|Fase)[ ]\w{1,6}\.|"
    r"\d{1,3}(?:\.\d{1,3}){0,4}\.(?=[ ])|[IVXLC]{1,6}\.(?=[ ]))"
)
"""What stands before the first sentence of a provision or list item and belongs to it."""

_STOP = re.compile(r"([.!?…:;])([\"'»”’)\]]{0,3})(\s+)")
_LIST_MARK = re.compile(r"(?:\d{1,2}|[a-zæøå]|[ivx]{1,4})\)[ ]|\((?:\d{1,2}|[a-zæøå]|[ivx]{1,4})\)[ ]|[•▪◦][ ]")
_OPENERS = "\"'»«“”‘’([„–—-"
_TRAILING_SPACE = re.compile(r"\s*")


def split_sentences(text: str, start: int = 0) -> list[Span]:
    """Return the sentences of a stretch of text, in order, trimmed of white space.

    `start` is added to every offset. A label such as "§ 3." or "Stk. 2." stays with the sentence that follows it;
    a colon ends a sentence only before a list mark. Text without letters or digits belongs to the sentence before it.

    >>> [(s.start, s.end) for s in split_sentences("Jf. nr. 5. Det er alt.")]
    [(0, 10), (11, 22)]
    """
    spans: list[Span] = []
    begin = _skip_space(text, 0)
    label_end = _end_of_label(text, begin)
    for stop in _STOP.finditer(text):
        if stop.end(2) <= label_end or stop.end() >= len(text) or not _ends_sentence(text, begin, stop):
            continue
        _add(spans, text, begin, stop.end(2), start)
        begin = stop.end()
        label_end = _end_of_label(text, begin)
    _add(spans, text, begin, len(text.rstrip()), start)
    return spans


def ends_sentence(text: str) -> bool:
    """Return whether a line of text may be the end of a sentence: it has a final mark that is no abbreviation's."""
    bare = text.rstrip().rstrip("\"'»”’)]")
    if not bare or bare[-1] not in ".!?…:;":
        return False
    return bare[-1] != "." or not _leans_forward(_word_before(bare, len(bare) - 1))


def _add(spans: list[Span], text: str, begin: int, end: int, offset: int) -> None:
    if end <= begin:
        return
    if spans and not any(letter.isalnum() for letter in text[begin:end]):
        spans[-1] = Span(spans[-1].start, offset + end)
    else:
        spans.append(Span(offset + begin, offset + end))


def _skip_space(text: str, position: int) -> int:
    found = _TRAILING_SPACE.match(text, position)
    return found.end() if found else position


def _end_of_label(text: str, begin: int) -> int:
    end = begin
    while (label := _LABEL.match(text, end)) and end - begin < 40:
        end = _skip_space(text, label.end())
    return end


def _ends_sentence(text: str, begin: int, stop: re.Match[str]) -> bool:
    mark, after = stop.group(1), stop.end()
    if mark in ":;":
        return bool(_LIST_MARK.match(text, after))
    following = text[after]
    if mark in "!?…":
        return not following.islower()
    if following.islower():
        return bool(_LIST_MARK.match(text, after)) and not _leans_forward(_word_before(text, stop.start()))
    return not _is_in_parentheses(text, begin, stop.start()) and _full_stop_ends(text, begin, stop.start(), after)


def _full_stop_ends(text: str, begin: int, stop: int, after: int) -> bool:
    word = _word_before(text, stop)
    following = _word_after(text, after)
    digit_follows = text[after].isdigit()
    bare = word.lower()
    if not word:
        return True
    if word.isdigit():
        return _number_ends(text, begin, stop, word, following, digit_follows)
    if len(word) == 1 and word.isupper():
        return following.lower() in _STARTERS and text[after : after + 2] != f"{following}."
    if bare in _MAY_BE_LAST:
        return _abbreviation_ends(bare, text[after], following, digit_follows)
    if bare in _LEANING_ON_NUMBERS:
        return not digit_follows
    return not _leans_forward(word)


def _number_ends(text: str, begin: int, stop: int, word: str, following: str, digit_follows: bool) -> bool:
    if following.lower() in MONTHS:
        return False
    if len(word) > 2:
        return True
    before = text[max(begin, stop - 40) : stop - len(word)].split()
    if digit_follows or not before or before[-1].lower() in {"den", "d.", "pr."}:
        return False
    is_enumerated = before[-1].endswith(",") or before[-1].lower() in {"og", "and", "eller", "or", "samt"}
    counted = before[-1] if before[-1].endswith(",") else before[-2] if len(before) > 1 else ""
    return not is_enumerated or any(letter.isdigit() for letter in counted)


def _is_in_parentheses(text: str, begin: int, stop: int) -> bool:
    """Return whether a parenthesis opened at most 200 characters before is closed at most 200 characters after."""
    opened = text[max(begin, stop - 200) : stop]
    if opened.rfind("(") <= opened.rfind(")"):
        return False
    closing, opening = text.find(")", stop, stop + 200), text.find("(", stop, stop + 200)
    return closing >= 0 and (opening < 0 or closing < opening)


def _abbreviation_ends(bare: str, following_letter: str, following: str, digit_follows: bool) -> bool:
    if digit_follows:
        return bare not in _BEFORE_NUMBERS
    if following_letter in "([":
        return False
    return following not in _CURRENCIES


def _leans_forward(word: str) -> bool:
    """Return whether a word followed by a full stop is an abbreviation that cannot end a sentence."""
    bare = word.lower()
    if bare in _MAY_BE_LAST or bare in _LEANING_ON_NUMBERS:
        return False
    if bare in _NEVER_LAST:
        return True
    parts = bare.split(".")
    return len(parts) > 1 and all(part.isalpha() and len(part) <= 3 for part in parts)


def _word_before(text: str, stop: int) -> str:
    """Return the word that ends at `stop`, looking back at most 24 characters."""
    begin = stop
    while begin > 0 and stop - begin < 24 and not text[begin - 1].isspace():
        begin -= 1
    return text[begin:stop].lstrip(_OPENERS + "/")


def _word_after(text: str, begin: int) -> str:
    window = text[begin : begin + 40].lstrip(_OPENERS + " ")
    end = 0
    while end < len(window) and window[end].isalnum():
        end += 1
    return window[:end]
