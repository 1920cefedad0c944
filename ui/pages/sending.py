"""What the browser does around a question that is sent: functions in JavaScript for the events of Ask.

One question is answered at a time. One that is sent meanwhile stays in the box and waits; it is sent when the answer
before it has been kept, unless it is being changed by then. `ui/static/sending.js` notes the question at every press of
Enter or Send; `TAKE_QUESTION` takes it where the press is let through.
"""

from __future__ import annotations

_BOX = 'const box = document.querySelector("#question textarea");'
_FILL = 'box.value = text; box.dispatchEvent(new Event("input", { bubbles: true }));'

TAKE_QUESTION = f"""(...inputs) => {{
  const question = document.body.dataset.waiting;
  delete document.body.dataset.waiting;
  delete document.body.dataset.sent;
  if (question === undefined) return inputs; // nothing was written, or another button asks
  {_BOX}
  const text = box.value.startsWith(question) ? box.value.slice(question.length) : box.value;
  {_FILL}
  document.body.dataset.sent = question;
  return [question, ...inputs.slice(1)];
}}"""
"""As the question is asked: it leaves the box at once, in which stays what has been typed since.

So nothing is sent twice, nor with the question, nor lost. The question is the first of the event's inputs.
"""

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
