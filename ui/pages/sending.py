"""What the browser does around a question that is sent: functions in JavaScript for the events of Ask.

One question is answered at a time. One that is sent meanwhile stays in the box and waits; it is sent when the answer
before it has been kept, unless it is being changed by then. `NOTE_QUESTION` runs for every press of Enter or Send,
`TAKE_QUESTION` only where the press is let through.
"""

from __future__ import annotations

_BOX = 'const box = document.querySelector("#question textarea");'
_FILL = 'box.value = text; box.dispatchEvent(new Event("input", { bubbles: true }));'

NOTE_QUESTION = f"""() => {{
  {_BOX}
  if (box.value.trim()) document.body.dataset.waiting = box.value;
}}"""
"""Before the question is asked: what stands in the box is to be sent."""

TAKE_QUESTION = f"""(...inputs) => {{
  const question = document.body.dataset.waiting;
  delete document.body.dataset.waiting;
  delete document.body.dataset.sent;
  if (question === undefined) return inputs; // nothing was written, or another button asks
  {_BOX}
  const text = "";
  {_FILL}
  document.body.dataset.sent = question;
  return inputs;
}}"""
"""As the question is asked: the box is emptied at once, so that nothing is sent twice, nor lost that is typed next."""

SEND_WAITING = f"""() => {{
  const question = document.body.dataset.waiting;
  delete document.body.dataset.waiting;
  delete document.body.dataset.sent;
  {_BOX}
  if (question !== undefined && box.value === question) document.querySelector("#send").click();
}}"""
"""After an answer has been kept."""

FORGET_QUESTIONS = """() => {
  delete document.body.dataset.waiting;
  delete document.body.dataset.sent;
}"""
"""Before an answer is cancelled, which counts as its end and as a failure: another conversation is to be shown."""

PUT_BACK = f"""() => {{
  const question = document.body.dataset.sent;
  delete document.body.dataset.waiting;
  delete document.body.dataset.sent;
  if (question === undefined) return;
  {_BOX}
  const text = box.value ? `${{question}}\n${{box.value}}` : question;
  {_FILL}
}}"""
"""After a question could not be taken at all: it is in the box again, before what has been written since."""
