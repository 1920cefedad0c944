// Body of a function of (element, trigger, props, server, upload, watch): see gr.HTML's js_on_load.
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// Without https the clipboard is only reached while a selection is being copied.
const copySelected = (text, html) => {
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("aria-hidden", "true");
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const give = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
    if (html) event.clipboardData.setData("text/html", html);
  };
  document.addEventListener("copy", give, { once: true });
  const copied = document.execCommand("copy");
  document.removeEventListener("copy", give);
  area.remove();
  if (!copied) throw new Error("not copied");
};

const copy = async (text, html) => {
  if (!navigator.clipboard || !window.isSecureContext) return copySelected(text, html);
  if (!html || !window.ClipboardItem) return navigator.clipboard.writeText(text);
  const kinds = { "text/plain": text, "text/html": html };
  const blobs = Object.entries(kinds).map(([type, content]) => [type, new Blob([content], { type })]);
  return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
};

const sayCopied = (button, words) => {
  const state = button.parentElement.querySelector(".copy-state");
  state.textContent = words;
  setTimeout(() => { state.textContent = ""; }, 6000);
};

element.addEventListener("click", (event) => {
  const place = event.target.closest("[data-reference]");
  const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey; // a link into a tab or window of its own
  if (place && !isElsewhere) {
    event.preventDefault();
    const reference = place.dataset.reference;
    const panel = document.querySelector("#source [data-opened]");
    document.body.dataset.asked = reference; // the panel takes the focus when it shows what was asked for
    if (panel?.dataset.opened === reference) panel.dispatchEvent(new CustomEvent("show-source", { bubbles: true }));
    else trigger("open_source", { reference });
  }
  const everywhere = event.target.closest("[data-everywhere]");
  if (everywhere && !element.querySelector(".searching")) { // one question at a time
    trigger("ask_everywhere", { exchange: Number(everywhere.dataset.everywhere) });
  }
  const button = event.target.closest("[data-copy], [data-link]");
  if (button) {
    const { copy: text, copyHtml: html, link } = button.dataset;
    copy(link ? new URL(link, location).href : text, html).then(
      () => { sayCopied(button, button.dataset.copied); button.focus(); },
      () => sayCopied(button, button.dataset.copyFailed),
    );
  }
});

// The address leads back to the conversation, and to one answer of it until another is asked for.
let landed = "";
let drawn = 0;
const adoptAddress = (exchanges) => {
  const address = new URL(location);
  const conversation = element.querySelector("h2[data-conversation]")?.dataset.conversation;
  const last = exchanges[exchanges.length - 1]?.id ?? "";
  if (!exchanges.length && drawn) address.searchParams.delete("conversation");
  if (conversation) {
    address.searchParams.set("conversation", conversation);
    address.searchParams.delete("q");
  }
  if ((conversation || drawn) && last !== landed) address.hash = "";
  if (address.href !== location.href) history.replaceState(history.state, "", address);
};

const takeFocus = (exchange) => {
  const elsewhere = document.activeElement && document.activeElement !== document.body;
  if (elsewhere && !document.activeElement.closest("#conversations")) return; // somebody is writing already
  exchange.tabIndex = -1;
  exchange.focus({ preventScroll: true });
};

const named = (exchanges) => exchanges.find((exchange) => exchange.id && `#${exchange.id}` === location.hash);

// A conversation that was opened is shown at the answer that the address names, else at its last.
const land = (exchanges) => {
  const conversation = element.querySelector("h2[data-conversation]")?.dataset.conversation;
  const isOpened = Boolean(conversation) && document.body.dataset.opening === conversation;
  const isArrival = element.querySelector("[data-arrived]") !== null;
  if (!isOpened && !isArrival) return false;
  delete document.body.dataset.opening;
  const last = exchanges[exchanges.length - 1];
  const linked = isArrival ? named(exchanges) : undefined;
  const shown = linked ?? last;
  landed = linked ? last.id : "";
  takeFocus(shown);
  shown.scrollIntoView({ block: "start" });
  return true;
};

// The link to an answer may be opened where its conversation is shown already.
addEventListener("hashchange", () => {
  const exchanges = [...element.querySelectorAll(".exchange")];
  const linked = named(exchanges);
  if (!linked) return;
  landed = exchanges[exchanges.length - 1].id;
  takeFocus(linked);
  const reference = linked.querySelector("[data-reference]")?.dataset.reference;
  if (reference) trigger("open_source", { reference });
});

// A new question and, once more, its finished answer are brought into view; nothing moves for other redrawings.
let seen = "";
let newest = 0;
watch("value", () => {
  const exchanges = [...element.querySelectorAll(".exchange")];
  const change = Number(element.querySelector("[data-change]")?.dataset.change ?? newest);
  if (change < newest) { // it came late: something else is shown by now
    trigger("draw_again", {});
    return;
  }
  newest = change;
  const last = exchanges[exchanges.length - 1];
  const state = last ? `${exchanges.length} ${last.querySelector(".searching") ? "searching" : "answered"}` : "";
  const hasLanded = land(exchanges);
  if (last && !hasLanded && state !== seen && last.getBoundingClientRect().bottom > innerHeight) {
    last.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  }
  adoptAddress(exchanges);
  seen = state;
  drawn = exchanges.length;
});
