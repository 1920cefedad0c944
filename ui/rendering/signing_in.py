"""The form that people sign in with."""

from __future__ import annotations

from ui.rendering.html import escape
from ui.texts import Texts


def render_sign_in(texts: Texts, address: str, name: str = "", fault: str = "", note: str = "") -> str:
    """Return the heading and the form.

    Args:
        texts: of the page's language.
        address: that the form is sent to, not yet HTML.
        name: that was given before.
        fault: what was wrong with the attempt before; "" for the first.
        note: what else there is to say, such as that one has signed out.
    """
    words = texts.people
    told = f'<p class="error" id="sign-in-fault" role="alert">{escape(fault)}</p>' if fault else ""
    told += f'<p class="status" role="status">{escape(note)}</p>' if note else ""
    described = ' aria-describedby="sign-in-fault" aria-invalid="true"' if fault else ""
    name_focus, password_focus = ("", " autofocus") if name else (" autofocus", "")
    return (
        f"<h1>{escape(words.sign_in)}</h1>"
        f'<form class="sign-in" method="post" action="{escape(address)}">{told}'
        f'<div class="field"><label for="name">{escape(words.name)}</label>'
        f'<input id="name" name="name" value="{escape(name)}" required maxlength="256" autocomplete="username" '
        f'autocapitalize="none" spellcheck="false"{described}{name_focus}></div>'
        f'<div class="field"><label for="password">{escape(words.password)}</label>'
        '<input id="password" name="password" type="password" required maxlength="256" '
        f'autocomplete="current-password"{described}{password_focus}></div>'
        f'<button class="button primary">{escape(words.sign_in)}</button>'
        f'<p class="hint">{escape(words.help)}</p></form>'
    )
