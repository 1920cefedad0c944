// Body of a function of (element, trigger, props, server, upload, watch): see gr.HTML's js_on_load.
// Each redrawing makes the conversation what the server drew. What a person has opened is the last child of its
// place, so that it is taken out whole, and is put back here with what was being written.
const STORE = "atmp_feedback";
const MOST_GIVEN = 200;
const opened = new Map(); // exchange → { own, form, said }: what stands under its thumbs
let focused = null;

const words = () => element.querySelector(".feedback-words").dataset;
const placeOf = (exchange) => element.querySelector(`[data-feedback="${CSS.escape(exchange)}"]`);
const thumb = (place, verdict) => place.querySelector(`[data-verdict="${verdict}"]`);

// What was given is remembered in this browser: the server cannot tell whose feedback is whose.
const readGiven = () => {
  try {
    return new Map(JSON.parse(localStorage.getItem(STORE) ?? "[]"));
  } catch {
    return new Map(); // storage is shut off, or holds something else
  }
};
let given = readGiven(); // exchange → { id, verdict, reason }
const remember = (exchange, what) => {
  given = readGiven();
  given.delete(exchange);
  if (what) given.set(exchange, what);
  try {
    localStorage.setItem(STORE, JSON.stringify([...given].slice(-MOST_GIVEN)));
  } catch {
    // without storage it is remembered until the page is closed
  }
};

const stateOf = (exchange) => {
  if (!opened.has(exchange)) opened.set(exchange, { form: null, own: null, said: "", busy: false });
  return opened.get(exchange);
};

const build = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
};

const valuesOf = (form) => ({
  reason: form.querySelector("input:checked")?.value ?? null,
  comment: form.querySelector("textarea").value,
});

const fill = (form, { reason, comment }) => {
  for (const radio of form.querySelectorAll("input")) radio.checked = radio.value === reason;
  form.querySelector("textarea").value = comment;
};

const buildForm = (exchange) => {
  const form = build(words().form);
  const hint = form.querySelector(".hint");
  hint.id = `feedback-hint-${exchange}`;
  form.querySelector("textarea").setAttribute("aria-describedby", hint.id);
  form.dataset.built = words().form;
  return form;
};

const buildOwn = () => {
  const own = build(words().own);
  own.dataset.built = words().own;
  return own;
};

// Put what is opened under the thumbs of every exchange that is shown, in the language of the page.
const paint = () => {
  for (const place of element.querySelectorAll("[data-feedback]")) {
    const exchange = place.dataset.feedback;
    const state = stateOf(exchange);
    const verdict = given.get(exchange)?.verdict;
    for (const name of ["up", "down"]) thumb(place, name).setAttribute("aria-pressed", String(name === verdict));
    thumb(place, "down").setAttribute("aria-expanded", String(state.form !== null));
    const line = place.querySelector(".feedback-state");
    const said = state.said ? words()[state.said] : "";
    if (line.textContent !== said) {
      line.setAttribute("aria-live", "off"); // it was spoken before
      line.textContent = said;
    }
    if (state.form && state.form.dataset.built !== words().form) {
      const values = valuesOf(state.form);
      state.form.remove();
      state.form = buildForm(exchange);
      fill(state.form, values);
    }
    if (state.own && (state.form || !verdict || state.own.dataset.built !== words().own)) {
      state.own.remove();
      state.own = null;
    }
    if (verdict && !state.form) {
      state.own ??= buildOwn();
      state.own.querySelector("[data-change]").parentElement.hidden = verdict !== "down";
    }
    const under = state.form ?? state.own;
    if (under && under.parentElement !== place) place.append(under);
  }
};

const say = (exchange, name) => {
  stateOf(exchange).said = name;
  const line = placeOf(exchange)?.querySelector(".feedback-state");
  if (!line) return;
  line.removeAttribute("aria-live");
  line.textContent = name ? words()[name] : "";
};

const send = async (method, path, body) => {
  const response = await fetch(path, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw Object.assign(new Error("refused"), { status: response.status });
  return response.status === 204 ? null : response.json();
};

// Do one thing at a time for an exchange; what cannot be done is one line.
const attempt = async (exchange, act) => {
  const state = stateOf(exchange);
  if (state.busy) return;
  state.busy = true;
  try {
    await act(state);
  } catch (error) {
    if (error.status === 404) {
      remember(exchange, null);
      paint();
    }
    say(exchange, { 404: "gone", 429: "tooMany" }[error.status] ?? "failed");
  } finally {
    state.busy = false;
  }
};

const record = (exchange, verdict, reason = null, comment = "") => attempt(exchange, async (state) => {
  const place = placeOf(exchange);
  const kept = given.get(exchange);
  const said = { verdict, reason, comment };
  const { id } = kept
    ? await send("PUT", `/feedback/${encodeURIComponent(kept.id)}`, said)
    : await send("POST", "/feedback", { conversation: place.dataset.conversation, exchange, ...said });
  remember(exchange, { id, verdict, reason });
  state.form?.remove();
  state.form = null;
  paint();
  say(exchange, "thanks");
  const now = placeOf(exchange);
  if (now && (document.activeElement === document.body || now.contains(document.activeElement))) {
    thumb(now, verdict).focus();
  }
});

const openForm = (exchange) => attempt(exchange, async (state) => {
  const kept = given.get(exchange);
  const values = kept?.verdict === "down"
    ? await send("GET", `/feedback/${encodeURIComponent(kept.id)}`)
    : { reason: null, comment: "" };
  state.form = buildForm(exchange);
  fill(state.form, values);
  say(exchange, "");
  paint();
  (state.form.querySelector("input:checked") ?? state.form.querySelector("input")).focus();
});

const closeForm = (exchange) => {
  const state = stateOf(exchange);
  state.form?.remove();
  state.form = null;
  say(exchange, "");
  paint();
  thumb(placeOf(exchange), "down").focus();
};

const withdraw = (exchange) => attempt(exchange, async () => {
  await send("DELETE", `/feedback/${encodeURIComponent(given.get(exchange).id)}`);
  remember(exchange, null);
  paint();
  say(exchange, "withdrawn");
  thumb(placeOf(exchange), "up").focus();
});

element.addEventListener("click", (event) => {
  const exchange = event.target.closest("[data-feedback]")?.dataset.feedback;
  if (!exchange) return;
  const state = stateOf(exchange);
  const verdict = event.target.closest("[data-verdict]")?.dataset.verdict;
  if (verdict === "up" && given.get(exchange)?.verdict !== "up") record(exchange, "up");
  if (verdict === "down") {
    if (state.form) closeForm(exchange);
    else openForm(exchange);
  }
  if (event.target.closest("[data-change]")) openForm(exchange);
  if (event.target.closest("[data-cancel]")) closeForm(exchange);
  if (event.target.closest("[data-withdraw]")) withdraw(exchange);
});

element.addEventListener("submit", (event) => {
  const exchange = event.target.closest("[data-feedback]")?.dataset.feedback;
  if (!exchange) return;
  event.preventDefault();
  const { reason, comment } = valuesOf(event.target);
  if (reason) {
    record(exchange, "down", reason, comment);
  } else {
    say(exchange, "reasonMissing");
    event.target.querySelector("input").focus();
  }
});

document.addEventListener("focusin", (event) => { focused = event.target; });
document.addEventListener("pointerdown", () => { focused = null; }); // who points elsewhere has left the form

const settle = () => {
  const before = focused;
  paint();
  if (document.activeElement === document.body && before?.isConnected && before.closest("[data-feedback]")) before.focus();
};
watch("value", settle);
