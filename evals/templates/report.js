"use strict";
(() => {
  const form = document.getElementById("filters");
  const count = document.getElementById("filter-count");
  const rightCount = document.getElementById("right-count");
  const lists = ["cases-wrong", "cases-right"].map((id) => [...document.querySelectorAll(`#${id} > .case`)]);
  const words = new Map(lists.flat().map((item) => [item, item.textContent.toLowerCase()]));

  const chosen = () => Object.fromEntries(["text", "failure", "language", "kind", "document"].map((name) => [name, form.elements[name].value]));

  function matches(item, wanted) {
    return ["failure", "language", "kind"].every((name) => !wanted[name] || item.dataset[name] === wanted[name])
      && (!wanted.document || item.dataset.documents.split(" ").includes(wanted.document))
      && wanted.text.toLowerCase().split(/\s+/).every((word) => words.get(item).includes(word));
  }

  function filter() {
    const wanted = chosen();
    const [wrong, right] = lists.map((items) => {
      for (const item of items) item.hidden = !matches(item, wanted);
      return [items.filter((item) => !item.hidden).length, items.length];
    });
    count.textContent = `Shown: ${wrong[0]} of ${wrong[1]} that went wrong, ${right[0]} of ${right[1]} that went right.`;
    if (rightCount) rightCount.textContent = right[0] < right[1] ? `, ${right[0]} of them match the filter` : "";
  }

  function clear() {
    form.reset();
    filter();
  }

  /* A link to a question shows it, whatever hides it. */
  function showTarget() {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.matches(".case")) return;
    if (target.hidden) clear();
    const closed = target.closest("details");
    if (closed) closed.open = true;
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  }

  /* Only what scrolls is a stop of the Tab key. */
  function markScrolling(regions) {
    for (const region of regions) {
      if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
      else region.removeAttribute("tabindex");
    }
  }

  if (lists.flat().length) {
    form.hidden = count.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    document.getElementById("filter-clear").addEventListener("click", () => {
      clear();
      form.elements.text.focus();
    });
    filter();
  }

  const regions = [...document.querySelectorAll(".scroll")];
  const watcher = new ResizeObserver((entries) => markScrolling(entries.map((entry) => entry.target)));
  for (const region of regions) watcher.observe(region);

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
  addEventListener("hashchange", showTarget);
  showTarget();
})();
