// Body of a function of (element, trigger, props, server, upload, watch): see gr.HTML's js_on_load.
// The list is fetched when the disclosure is opened, and drawn here: what is being typed is never drawn over.
const panel = () => element.querySelector(".conversations");
const list = () => element.querySelector("[data-list]");
const search = () => element.querySelector("[data-search]");
const shown = () => document.querySelector("#conversation h2[data-conversation]")?.dataset.conversation;

const say = (words) => { element.querySelector(".conversations-state").textContent = words; };

const request = async (path, options = {}) => {
  const response = await fetch(`/conversations${path}`, { credentials: "same-origin", ...options });
  if (!response.ok) throw new Error((await response.text()).slice(0, 200));
  return response.text();
};

const sayFailure = (error) => {
  const isOurs = error instanceof Error && error.name === "Error" && error.message && !error.message.includes("<");
  say(isOurs ? error.message : panel().dataset.unavailable);
};

const isRenaming = () => list().querySelector(".kept-rename:not([hidden])") !== null;

let asked = 0;
const fill = async ({ evenWhileRenaming = true } = {}) => {
  const turn = ++asked;
  const words = encodeURIComponent(search().value);
  const found = await request(`?words=${words}&lang=${panel().dataset.language}`);
  if (turn === asked && (evenWhileRenaming || !isRenaming())) list().innerHTML = found;
};
const show = () => fill({ evenWhileRenaming: false }).catch(sayFailure);

const rowOf = (id) => list().querySelector(`li[data-conversation="${CSS.escape(id)}"]`);

const confirmed = (words) => new Promise((resolve) => {
  const dialog = element.querySelector("dialog");
  dialog.querySelector("#conversations-asked").textContent = words;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => resolve(dialog.returnValue === "delete"), { once: true });
  dialog.showModal();
});

const setRenaming = (row, renaming) => {
  row.querySelector(".kept-rename").hidden = !renaming;
  row.querySelector(".kept").hidden = renaming;
  row.querySelector(":scope > .conversation-actions").hidden = renaming;
  row.querySelector(renaming ? "input[name=name]" : "[data-rename]").focus();
};

const rename = async (row) => {
  const { conversation } = row.dataset;
  const name = new URLSearchParams({ name: row.querySelector("input[name=name]").value });
  await request(`/${conversation}?lang=${panel().dataset.language}`, { method: "PATCH", body: name });
  say(panel().dataset.renamed);
  await fill();
  (rowOf(conversation)?.querySelector("[data-open]") ?? search()).focus();
};

const remove = async (row, button) => {
  if (!(await confirmed(button.dataset.asked))) return;
  const { conversation } = row.dataset;
  const next = (row.nextElementSibling ?? row.previousElementSibling)?.dataset.conversation;
  await request(`/${conversation}?lang=${panel().dataset.language}`, { method: "DELETE" });
  if (conversation === shown()) trigger("forget_conversation", {});
  say(panel().dataset.deleted);
  await fill();
  ((next && rowOf(next)?.querySelector("[data-open]")) || search()).focus();
};

const removeAll = async (button) => {
  if (!(await confirmed(button.dataset.asked))) return;
  await request(`?lang=${panel().dataset.language}`, { method: "DELETE" });
  if (shown()) trigger("forget_conversation", {});
  say(panel().dataset.allDeleted);
  await fill();
  search().focus();
};

element.addEventListener("toggle", (event) => {
  if (event.target === panel() && panel().open) { say(""); show(); }
}, true);

let typing = 0;
element.addEventListener("input", (event) => {
  if (!event.target.matches("[data-search]")) return;
  clearTimeout(typing);
  typing = setTimeout(show, 250);
});

element.addEventListener("click", (event) => {
  const row = event.target.closest("li[data-conversation]");
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches("[data-open]")) {
    document.body.dataset.opening = row.dataset.conversation; // the conversation takes the focus when it is drawn
    panel().open = false;
    trigger("open_conversation", { conversation: row.dataset.conversation });
  }
  if (button.matches("[data-rename]")) setRenaming(row, true);
  if (button.matches("[data-cancel]")) setRenaming(row, false);
  if (button.matches("[data-delete]")) remove(row, button).catch(sayFailure);
  if (button.matches("[data-delete-all]")) removeAll(button).catch(sayFailure);
});

element.addEventListener("submit", (event) => {
  if (!event.target.matches(".kept-rename")) return;
  event.preventDefault();
  rename(event.target.closest("li")).catch(sayFailure);
});

element.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest(".kept-rename")) setRenaming(event.target.closest("li"), false);
});
