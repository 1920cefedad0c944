// Body of a function of (element, trigger, props, server, upload, watch): see gr.HTML's js_on_load.
// A starter question fills the box; the person sends it.
element.addEventListener("click", (event) => {
  const starter = event.target.closest("[data-fill]");
  if (!starter) return;
  const box = document.querySelector("#question textarea");
  box.value = starter.dataset.fill;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});
