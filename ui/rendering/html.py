"""Text → HTML that shows it and does nothing."""

from __future__ import annotations

import html

_CODES = {ord(character): f"&#{ord(character)};" for character in "`${}"}
"""What means something to a template of the browser's framework, should it ever read a text as one."""


_UNSEEN = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Control characters, and those that turn the direction of the text around them."""


def escape(text: str) -> str:
    """Return the text as HTML that shows it and does nothing, in an element or a quoted attribute.

    >>> escape('<b onclick="x">${1}')
    '&lt;b onclick=&quot;x&quot;&gt;&#36;&#123;1&#125;'
    """
    return html.escape(text.translate(_UNSEEN), quote=True).translate(_CODES)
