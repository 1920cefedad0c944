"""The file that a source was read from → HTML: the place of its page's picture, and links to the file.

The picture comes later, by `ui/static/original.js`; until then, and where it does not come, the text is shown.
"""

from __future__ import annotations

from urllib.parse import urlencode

from ui.rendering.html import escape
from ui.sources import Original
from ui.texts import Texts


def render_picture(original: Original, document_id: str, title: str, pages: int, texts: Texts) -> str:
    """Return where the page of a PDF is to be shown, with the buttons around it; the text is what is shown at first.

    Args:
        original: of which `has_picture` is true.
        document_id: as the library has it.
        title: of the document.
        pages: how many the document has.
        texts: of the page's language.
    """
    words = texts.original
    address = f"/originals/{escape(document_id)}"
    quotes = urlencode([("quote", str(quote)) for quote in original.quotes] + [("lang", texts.language)])
    told = {
        "address": address,
        "boxes": f"{address}/boxes?{quotes}" if original.quotes else "",
        "page": str(original.page),
        "pages": str(pages),
        "language": texts.language,
        "picture": words.picture.format(page="{page}", title=title),
        "position": words.position,
        "continues": words.continues,
        "unmarked": words.unmarked,
        "unshown": words.unshown,
    }
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in told.items())
    views = "".join(
        f'<button type="button" data-view="{view}" aria-pressed="{pressed}">{escape(label)}</button>'
        for view, label, pressed in (("page", words.page, "false"), ("text", words.text, "true"))
    )
    turning = (
        f"{_button('turn', '-1', words.previous)}{_button('turn', '1', words.next)}"
        f"{_button('home', '', words.to_quote) if original.quotes else ''}"
    )
    zooming = "".join(
        f'<button type="button" data-zoom="{step}" aria-label="{escape(label)}" title="{escape(label)}">'
        f'<span aria-hidden="true">{sign}</span></button>'
        for step, label, sign in ((-1, words.zoom_out, "−"), (1, words.zoom_in, "+"))
    )
    return (
        f'<div class="original"{attributes}>'
        f'<div class="original-bar"><div class="views" role="group" aria-label="{escape(words.view)}">{views}</div>'
        f'<div class="zooming" hidden>{zooming}</div></div>'
        '<p class="calm original-said" role="status" hidden></p>'
        f'<div class="sheet" role="region" tabindex="0" aria-label="{escape(words.sheet)}" hidden></div>'
        f'<div class="turning" hidden><p class="position" role="status"></p>{turning if pages > 1 else ""}</div></div>'
    )


def render_original_links(original: Original, document_id: str, pages: int, texts: Texts) -> str:
    """Return the links to a source's file, or the line that says why there are none."""
    words = texts.original
    if original.state != "there":
        return f'<p class="calm">{escape(words.gone if original.state == "gone" else words.changed)}</p>'
    address = f"/originals/{escape(document_id)}"
    links = [f'<a href="{address}?download=1&amp;lang={texts.language}">{escape(words.download)}</a>']
    if original.is_pdf:
        label = words.open_page.format(page=original.page) if original.page and pages > 1 else words.open
        place = f"#page={original.page}" if original.page else ""
        opening = f'href="{address}?lang={texts.language}{place}" target="_blank" rel="noopener"'
        links.insert(0, f"<a {opening}>{escape(label)}</a>")
    return f'<ul class="original-links">{"".join(f"<li>{link}</li>" for link in links)}</ul>'


def _button(name: str, value: str, label: str) -> str:
    return f'<button type="button" data-{name}="{value}">{escape(label)}</button>'
