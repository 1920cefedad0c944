// What scrolls sideways is reached with the keyboard as long as it does, and only where it is seen.
const makeReachable = () => {
  for (const region of document.querySelectorAll(".table, .table-wrap")) {
    const scrolls = region.scrollWidth > region.clientWidth && !region.closest(".visually-hidden");
    if (scrolls) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  }
};

let planned = false;
const plan = () => {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    makeReachable();
  });
};

new MutationObserver(plan).observe(document.body, {
  attributeFilter: ["class", "hidden", "open"], childList: true, subtree: true,
});
addEventListener("resize", plan);
plan();
