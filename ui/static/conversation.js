// Body of a function of (element, trigger, props, server, upload, watch): see gr.HTML's js_on_load.
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const copyText = async (text) => {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea"); // without https the clipboard is only reached this way
  area.value = text;
  area.setAttribute("aria-hidden", "true");
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("not copied");
};

const sayCopied = (button, words) => {
  const state = button.parentElement.querySelector(".copy-state");
  state.textContent = words;
  setTimeout(() => { state.textContent = ""; }, 6000);
};

element.addEventListener("click", (event) => {
  const place = event.target.closest("[data-reference]");
  if (place) {
    const reference = place.dataset.reference;
    const panel = document.querySelector("#source [data-opened]");
    document.body.dataset.asked = reference; // the panel takes the focus when it shows what was asked for
    if (panel?.dataset.opened === reference) panel.dispatchEvent(new CustomEvent("show-source", { bubbles: true }));
    else trigger("open_source", { reference });
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    copyText(copy.dataset.copy).then(
      () => { sayCopied(copy, copy.dataset.copied); copy.focus(); },
      () => sayCopied(copy, copy.dataset.copyFailed),
    );
  }
});

// A new question and, once more, its finished answer are brought into view; nothing moves for other redrawings.
let seen = "";
watch("value", () => {
  const exchanges = element.querySelectorAll(".exchange");
  const last = exchanges[exchanges.length - 1];
  const state = last ? `${exchanges.length} ${last.querySelector(".searching") ? "searching" : "answered"}` : "";
  if (last && state !== seen && last.getBoundingClientRect().bottom > innerHeight) {
    last.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  }
  seen = state;
});
