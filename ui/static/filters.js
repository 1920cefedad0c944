// Body of a function of (element, trigger, props, server, upload, watch): see gr.HTML's js_on_load.
// The panel is drawn anew with every choice. One choice is on its way at a time, as of several the framework may lose
// the last: what is chosen meanwhile is sent when the panel has been drawn, or after a while if it has not.
const PATIENCE_MILLISECONDS = 1000;
const MOST_TIMES = 10;
let turn = 0;
let wanted = null; // what was chosen last: a panel drawn for an older choice does not show it

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

let sent = null;
let waiting = 0;
const isBehind = () => {
  const drawn = element.querySelector("details")?.dataset.turn;
  return wanted !== null && drawn !== undefined && Number(drawn) < turn;
};
const isSent = () => JSON.stringify(sent) === JSON.stringify(wanted);

const wait = (times) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { if (isBehind() && times < MOST_TIMES) send(times + 1); }, PATIENCE_MILLISECONDS);
};
const send = (times = 1) => {
  turn += 1;
  sent = wanted;
  trigger("choose_filters", { filters: wanted, turn });
  wait(times);
};

const setAll = (isChosen, valueOf) => {
  for (const box of element.querySelectorAll("input[type=checkbox]")) box.checked = isChosen(box);
  for (const list of element.querySelectorAll("select")) list.value = valueOf(list);
};

const adopt = () => {
  const isOlder = isBehind();
  if (isOlder || (wanted && !isSent())) {
    setAll((box) => wanted[box.name].includes(box.value), (list) => wanted[list.name]);
    if (!isOlder) send();
  } else setAll((box) => box.hasAttribute("checked"), (list) => list.querySelector("option[selected]")?.value ?? "");
  narrowList();
};

element.addEventListener("change", (event) => {
  if (!event.target.matches("input[type=checkbox], select")) return;
  const isOnItsWay = isBehind();
  wanted = chosen();
  if (!isOnItsWay) send();
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
  wanted = sent = chosen();
  trigger("clear_filters", { turn });
  wait(1);
});
element.addEventListener("toggle", (event) => {
  if (event.target.matches("details") && event.target.open) trigger("open_filters", { turn });
}, true);

watch("value", () => requestAnimationFrame(adopt));
