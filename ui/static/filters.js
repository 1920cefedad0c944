// Body of a function of (element, trigger, props, server, upload, watch): see gr.HTML's js_on_load.
// The panel is drawn anew with every choice; what is drawn for an older choice leaves a newer one alone, and has it
// sent again: of choices made quickly, one may be lost on the way.
let turn = 0;

const chosen = () => {
  const values = (name) => [...element.querySelectorAll(`input[name="${name}"]:checked`)].map((box) => box.value);
  const year = (name) => element.querySelector(`select[name="${name}"]`)?.value ?? "";
  return {
    documents: values("documents"),
    kinds: values("kinds"),
    publishers: values("publishers"),
    languages: values("languages"),
    first_year: year("first_year"),
    last_year: year("last_year"),
  };
};

const narrowList = () => {
  const field = element.querySelector("[data-find]");
  if (!field) return;
  const words = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const rows = [...element.querySelectorAll("[data-document]")];
  for (const row of rows) {
    const title = row.querySelector("[lang]").textContent.toLocaleLowerCase();
    const year = row.querySelector(".filter-year")?.textContent;
    row.hidden = !words.every((word) => title.includes(word) || year === word);
  }
  const count = rows.filter((row) => !row.hidden).length;
  element.querySelector(".filter-found").textContent = words.length ? field.dataset.found.replace("{count}", count) : "";
};

const send = () => trigger("choose_filters", { filters: chosen(), turn });

const setAll = (isChosen, valueOf) => {
  for (const box of element.querySelectorAll("input[type=checkbox]")) box.checked = isChosen(box);
  for (const list of element.querySelectorAll("select")) list.value = valueOf(list);
};

const adopt = () => {
  const drawn = element.querySelector("details")?.dataset.turn;
  if (drawn !== undefined && Number(drawn) < turn) send();
  else setAll((box) => box.hasAttribute("checked"), (list) => list.querySelector("option[selected]")?.value ?? "");
  narrowList();
};

element.addEventListener("change", (event) => {
  if (!event.target.matches("input[type=checkbox], select")) return;
  turn += 1;
  send();
});
element.addEventListener("input", (event) => {
  if (event.target.matches("[data-find]")) narrowList();
});
element.addEventListener("click", (event) => {
  if (!event.target.closest("[data-clear]")) return;
  turn += 1;
  const field = element.querySelector("[data-find]");
  if (field) field.value = "";
  setAll(() => false, () => "");
  trigger("clear_filters", { turn });
});
element.addEventListener("toggle", (event) => {
  if (event.target.matches("details") && event.target.open) trigger("open_filters", { turn });
}, true);

watch("value", () => requestAnimationFrame(adopt));
