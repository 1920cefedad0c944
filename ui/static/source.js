// Body of a function of (element, trigger, props, server, upload, watch): see gr.HTML's js_on_load.
const open = (reference) => trigger("open_source", { reference });

element.addEventListener("click", (event) => {
  const step = event.target.closest("[data-reference]");
  if (step) open(step.dataset.reference);
  const only = event.target.closest("[data-only-document]");
  if (only) {
    trigger("only_document", { document: only.dataset.onlyDocument });
    document.querySelector("#question textarea").focus();
  }
  const back = event.target.closest("[data-back]");
  if (back) {
    const from = document.querySelector(`#conversation [data-reference="${CSS.escape(back.dataset.back)}"]`);
    if (!from) return;
    if (from.closest("details")) from.closest("details").open = true;
    from.focus({ preventScroll: true });
    from.scrollIntoView({ block: "center" });
  }
});

const showQuote = () => {
  const passage = element.querySelector(".passage");
  const mark = element.querySelector("mark");
  if (!passage) return;
  passage.scrollTop = 0;
  if (!mark) return;
  const above = mark.getBoundingClientRect().top - passage.getBoundingClientRect().top;
  passage.scrollTop = Math.max(0, above - passage.clientHeight / 4);
};

const markCurrent = (opened) => {
  for (const button of document.querySelectorAll("#conversation [data-reference]")) {
    const places = [button.dataset.reference, ...(button.dataset.also ?? "").split(" ")];
    if (places.includes(opened)) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
};

const takeFocus = (opened) => {
  if (document.body.dataset.asked !== opened) return;
  delete document.body.dataset.asked;
  const heading = element.querySelector("#source-heading");
  heading.focus({ preventScroll: true });
  const { top, bottom } = heading.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) heading.scrollIntoView({ block: "start" });
};

const show = () => {
  const opened = element.querySelector("[data-opened]")?.dataset.opened;
  showQuote();
  markCurrent(opened);
  if (opened) takeFocus(opened);
};

watch("value", () => requestAnimationFrame(show)); // the same answer redraws the conversation, which must be first
element.addEventListener("show-source", show);
