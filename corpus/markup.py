"""Markdown's marks → the marked-up lines of `RawDocument`: headings, items and table rows keep a mark, the rest goes.

What a reader of the rendered page would see stays word for word; an outside link keeps its address behind its text.
Every expression looks ahead over a bounded stretch or to the next mark only, so hostile text costs linear time.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[^`\n]*$")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*))?$")
_UNDERLINE = re.compile(r"(=+|-{2,})$")
_THEMATIC_BREAK = re.compile(r"([-*_])(?:[ \t]*\1){2,}$")
_QUOTE_MARK = re.compile(r"[ \t]{0,8}>[ \t]?")
_BULLET = re.compile(r"[-*+][ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)")
_TABLE_RULE = re.compile(r"\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?)?$")
_ATTRIBUTES = re.compile(r"\{:[^}\n]*\}$")
_DEFINITION = re.compile(r"\[(?!\^)[^\]\n]{1,200}\]:[ \t]")

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_IMAGE = re.compile(r"!\[[^\]\[\n]{0,1000}\](?:\([^()\n]{0,2000}\)|\[[^\]\n]{0,200}\])")
_LINK = re.compile(
    r"\[((?:[^\]\[\n]|\[[^\]\[\n]{0,200}\]){0,1000})\]"
    r"\([ \t]{0,10}<?([^()\s<>]{0,2000}(?:\([^()\s]{0,200}\)[^()\s<>]{0,500})?)>?(?:[ \t][^()\n]{0,300})?\)"
)
_REFERENCE_LINK = re.compile(r"\[([^\]\[^\n][^\]\[\n]{0,999})\]\[[^\]\[\n]{0,200}\]")
_NOTE = re.compile(r"\[\^([^\]\s]{1,40})\]:?")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
_TAG = re.compile(
    r"</?(?:a|abbr|article|aside|b|blockquote|center|code|del|details|div|dd|dl|dt|em|figcaption|figure|font|footer"
    r"|h[1-6]|header|hr|i|iframe|img|ins|kbd|li|main|mark|nav|ol|p|pre|q|s|script|section|small|span|strong|style|sub"
    r"|summary|sup|table|tbody|td|tfoot|th|thead|tr|u|ul|video)(?:[ \t/][^<>\n]{0,2000})?>",
    re.IGNORECASE,
)
_LINE_BREAK_TAG = re.compile(r"<br[ \t]{0,10}/?>", re.IGNORECASE)
_EMPHASIS = (
    re.compile(r"\*\*\*([^*\s][^*\n]*)\*\*\*"),
    re.compile(r"\*\*([^*\s][^*\n]*)\*\*"),
    re.compile(r"(?<![\w*])\*([^*\s][^*\n]*)\*(?![\w*])"),
    re.compile(r"(?<!\w)__([^_\s][^_\n]*)__(?!\w)"),
    re.compile(r"(?<![\w_])_([^_\s][^_\n]*)_(?![\w_])"),
    re.compile(r"~~([^~\s][^~\n]*)~~"),
)
_ESCAPES_START = 0xF700
"""Escaped characters wait in a private area of Unicode while marks are taken out."""
_RESTORED = {_ESCAPES_START + code: chr(code) for code in range(0x21, 0x7F)}


def plain_lines(text: str) -> str:
    r"""Return Markdown (without front matter) as marked-up lines.

    >>> plain_lines("* et **punkt**, se [loven](https://x.dk)\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    '- et punkt, se loven (https://x.dk)\n\n| a | b |\n| 1 | 2 |'
    """
    return "\n".join(_lines(without_comments(text).split("\n")))


def without_comments(text: str) -> str:
    """Return the text without HTML comments; one that never ends goes to the end of its paragraph only."""
    kept = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        kept.append(text[position:start])
        end = text.find("-->", start + 4)
        if end < 0:
            paragraph_end = text.find("\n\n", start)
            position = len(text) if paragraph_end < 0 else paragraph_end
            break
        position = end + 3
    kept.append(text[position:])
    return "".join(kept)


def table_row(cells: list[str]) -> str:
    """Return cells as a row; a bar inside a cell becomes a slash, white space is folded.

    >>> table_row(["a|b", " c"])
    '| a/b | c |'
    """
    return f"| {' | '.join(' '.join(cell.replace('|', '/').split()) for cell in cells)} |"


def _lines(lines: Iterable[str]) -> list[str]:
    done: list[str] = []
    fence = ""
    in_table = False
    for line in lines:
        opened = _FENCE.match(line)
        if fence:
            if opened and opened.group(1).startswith(fence):
                fence = ""
            else:
                done.append(line.strip().lstrip("#"))
        elif opened:
            fence = opened.group(1)
        elif (line := _without_quote_marks(line).strip()) and (_ATTRIBUTES.match(line) or _DEFINITION.match(line)):
            continue
        elif done and "|" in done[-1] and _TABLE_RULE.match(line):
            in_table = True
            done[-1] = done[-1] if done[-1].startswith("| ") else _row(done[-1])
        elif done and done[-1] and done[-1][0] not in "#|-" and (underline := _UNDERLINE.match(line)):
            done[-1] = f"{'#' if underline.group(1)[0] == '=' else '##'} {done[-1]}"
        else:
            in_table = in_table and "|" in line
            done.append(_row(line) if in_table or line.startswith("|") else _line(line))
    return done


def _without_quote_marks(line: str) -> str:
    for _ in range(8):
        mark = _QUOTE_MARK.match(line)
        if mark is None:
            break
        line = line[mark.end() :]
    return line


def _line(line: str) -> str:
    if _THEMATIC_BREAK.match(line):
        return ""
    heading = _HEADING.match(line)
    if heading:
        title = _inline((heading.group(2) or "").rstrip().rstrip("#"))
        return f"{heading.group(1)} {title}" if title else ""
    bullet = _BULLET.match(line)
    if bullet:
        return f"- {_inline(line[bullet.end() :])}"
    return _inline(line)


def _row(line: str) -> str:
    line = _ESCAPED.sub(_shield, line).strip().removeprefix("|").removesuffix("|")
    return table_row([_inline(cell) for cell in line.split("|")])


def _inline(text: str) -> str:
    """Return the text of one line without links' addresses, emphasis, code and HTML marks."""
    text = _ESCAPED.sub(_shield, text)
    text = _LINE_BREAK_TAG.sub(" ", _AUTOLINK.sub(r"\1", text))
    text = _REFERENCE_LINK.sub(r"\1", _LINK.sub(_link_text, _IMAGE.sub("", text)))
    text = _NOTE.sub(r"(\1)", _TAG.sub("", text)).replace("`", "")
    for mark in _EMPHASIS:
        text = mark.sub(r"\1", text)
    return html.unescape(text).translate(_RESTORED).strip()


def _shield(match: re.Match[str]) -> str:
    return chr(_ESCAPES_START + ord(match.group(1)))


def _link_text(match: re.Match[str]) -> str:
    text, target = match.group(1), match.group(2)
    if not target.lower().startswith(("http://", "https://")) or target in text:
        return text
    return f"{text} ({target})" if text.strip() else target
