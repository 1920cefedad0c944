"""Figures that Unicode has signs of their own for, as they would be typed: "½" is 1/2, "10⁶" 10^6, "−5" minus 5."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from assistant.dates import MONTHS

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER = re.compile(r"(?P<base>(?<![^\W_])(?:\d{1,2}|[^\W\d_]{1,3}))?(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})")
_OTHER_SIGN = re.compile(r"[^\x00-\x7f]")
_AFTER_THE_POINT = {"½": ",5", "¼": ",25", "¾": ",75"}
_SLASHES = str.maketrans("⁄∕", "//")
_MINUS = re.compile(r"(?<![^\s(\[=|:~<>≤≥])(?P<sign>[-−–‐‑﹣])(?=\d)")
_BEFORE_A_RANGE = re.compile(r"(?:^|\n)\s*$|(?:[\d%‰]\.?|\bkr\.?|(?<![^\W_])[^\W\d_a-zæøå]{2,12})\s?$")
_LAST_WORD = re.compile(r"([^\W\d_]{3,12})\.?\s$")
_CLOCK_COLON = re.compile(r"(?:(?<=\bkl\. \d)|(?<=\bkl\. \d\d)|(?<=\bkl \d)|(?<=\bkl \d\d)):(?=\d\d(?!\d))")
_ZERO_HOUR = re.compile(r"(?<![\d.,:])0(?=\d:\d\d(?![\d:]))|(?<=\bkl )0(?=\d[.:]\d\d)|(?<=\bkl\. )0(?=\d[.:]\d\d)")


def fold_figures(text: str) -> str:
    """Return a text with every figure in plain digits and every minus sign as the word "minus".

    The hyphen of a range, a compound or a list is no minus sign. A raised figure after a word or a long number marks a
    note, and falls away.

    >>> fold_figures("½ af 2·10⁶ ved −5 °C, 5-10 m²")
    '1/2 af 2·10^6 ved minus 5 °C, 5-10 m2'
    """
    if not text.isascii():
        text = _POWER.sub(_lowered, text)
        text = _OTHER_SIGN.sub(_plain, text).translate(_SLASHES)
    text = _CLOCK_COLON.sub(".", text)
    return _ZERO_HOUR.sub("", _MINUS.sub(_minus, text))


def _lowered(match: re.Match[str]) -> str:
    base, raised = match["base"], match["raised"].translate(_SUPERSCRIPTS)
    if not base:
        return " "
    return f"{base}^{raised}" if base.isdigit() else base + raised


def _plain(match: re.Match[str]) -> str:
    plain = _plain_sign(match.group())
    if match.group() in _AFTER_THE_POINT and match.string[match.start() - 1 : match.start()].isdigit():
        return _AFTER_THE_POINT[match.group()]
    follows_a_digit = match.start() > 0 and match.string[match.start() - 1].isdigit()
    return f" {plain}" if "⁄" in plain and follows_a_digit else plain


@lru_cache(maxsize=4096)
def _plain_sign(sign: str) -> str:
    """Return a sign as it is typed, where it is a figure, a full-width letter or the sign for a millionth."""
    is_figure = unicodedata.category(sign) in ("Nd", "Nl", "No")
    if not is_figure and not "\uff01" <= sign <= "\uff5e" and sign != "µ":
        return sign
    if unicodedata.category(sign) == "Nd":
        return str(unicodedata.decimal(sign))
    return unicodedata.normalize("NFKC", sign)


def _minus(match: re.Match[str]) -> str:
    if match["sign"] == "−":
        return "minus "
    before = match.string[max(0, match.start() - 16) : match.start()]
    word = _LAST_WORD.search(before)
    if _BEFORE_A_RANGE.search(before) or (word and word[1].lower() in MONTHS):
        return match.group()
    return "minus "
