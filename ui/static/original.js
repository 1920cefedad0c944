// Body of a function of (element, trigger, props, server, upload, watch): see gr.HTML's js_on_load.
// The page of a PDF with the quote's boxes over it. The text stands there already; the page takes its place when it has
// come, unless text was chosen, and the text stays for who listens to the page.
const CHOICE = "atmp_source_view";
const SCALES = [1, 1.5, 2, 3]; // pixels a point that the server draws at
const ZOOMS = [1, 1.5, 2, 3];
const USUAL = { width: 595, height: 842 }; // an A4 page in points, for a page whose size is not known yet

let chosen = ""; // where the browser lets nothing be kept, the choice holds until the page is left
const chosenView = () => {
  try {
    chosen = localStorage.getItem(CHOICE) ?? chosen;
  } catch { /* the browser keeps nothing */ }
  return chosen === "text" ? "text" : "page";
};
const choose = (view) => {
  chosen = view;
  try {
    localStorage.setItem(CHOICE, view);
  } catch { /* the browser keeps nothing */ }
};

let zoom = 0;
let shown = null; // of the source that is open: its root, the marks of its pages, the page that is shown

const part = (own, selector) => own.root.querySelector(selector);
const passage = () => element.querySelector(".passage");
const isOpen = (own) => shown === own;

const say = (own, words) => {
  const line = part(own, ".original-said");
  line.textContent = words;
  line.hidden = !words;
};

const ask = async (address) => {
  const response = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({}));
  throw new Error(error ?? "");
};

const addressOf = (own, page, scale) => {
  const { address, language } = own.root.dataset;
  return `${address}/pages/${page}.png?scale=${scale}&lang=${language}`;
};

const place = (span, [left, top, right, bottom], { width, height }) => {
  span.className = "quote-box";
  span.style.left = `${(100 * left) / width}%`;
  span.style.top = `${(100 * top) / height}%`;
  span.style.width = `${(100 * (right - left)) / width}%`;
  span.style.height = `${(100 * (bottom - top)) / height}%`;
  return span;
};

const drawPage = async (own, page) => {
  const size = own.marks.get(page) ?? { ...USUAL, boxes: [] };
  const picture = new Image();
  picture.alt = own.root.dataset.picture.replace("{page}", page);
  picture.sizes = `${Math.ceil(part(own, ".sheet").clientWidth || element.clientWidth) * ZOOMS[zoom]}px`;
  picture.srcset = SCALES.map((scale) => `${addressOf(own, page, scale)} ${Math.round(size.width * scale)}w`).join(", ");
  picture.src = addressOf(own, page, SCALES[1]);
  try {
    await picture.decode();
  } catch {
    await ask(addressOf(own, page, SCALES[1])); // says why
    throw new Error("");
  }
  const known = own.marks.has(page) ? size : { width: picture.naturalWidth, height: picture.naturalHeight };
  picture.width = Math.round(known.width);
  picture.height = Math.round(known.height);
  const sheet = document.createElement("div");
  sheet.className = "sheet-page";
  sheet.append(picture, ...size.boxes.map((box) => place(document.createElement("span"), box, size)));
  return sheet;
};

const setEnabled = (button, enabled) => {
  if (!button) return;
  if (enabled) button.removeAttribute("aria-disabled");
  else button.setAttribute("aria-disabled", "true");
};

const drawButtons = (own) => {
  const { page, root } = own;
  const pages = Number(root.dataset.pages);
  setEnabled(part(own, "[data-turn='-1']"), page > 1);
  setEnabled(part(own, "[data-turn='1']"), page < pages);
  setEnabled(part(own, "[data-home]"), page !== own.home);
  setEnabled(part(own, "[data-zoom='-1']"), zoom > 0);
  setEnabled(part(own, "[data-zoom='1']"), zoom < ZOOMS.length - 1);
  const { position, continues } = root.dataset;
  const further = own.further && page === own.home ? ` ${continues.replace("{page}", own.further)}` : "";
  part(own, ".turning .position").textContent =
    position.replace("{page}", page).replace("{count}", pages) + further;
};

// The first box is brought to a quarter of the way down, and into the middle where the page is wider than its room.
const showBox = (own) => {
  const sheet = part(own, ".sheet");
  const box = sheet.querySelector(".quote-box");
  sheet.scrollTop = box ? Math.max(0, box.offsetTop - sheet.clientHeight / 4) : 0;
  sheet.scrollLeft = box ? Math.max(0, box.offsetLeft + box.offsetWidth / 2 - sheet.clientWidth / 2) : 0;
};

const setView = (own, view) => {
  const isPage = view === "page";
  own.root.dataset.view = view;
  for (const button of own.root.querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  }
  for (const name of [".sheet", ".turning", ".zooming"]) part(own, name).hidden = !isPage;
  passage().classList.toggle("visually-hidden", isPage);
  if (isPage) passage().removeAttribute("tabindex"); // nothing unseen takes the focus
  else passage().tabIndex = 0;
  if (isPage) showBox(own);
  else own.root.dispatchEvent(new CustomEvent("show-source", { bubbles: true }));
};

const turnTo = async (own, page) => {
  own.wanted = page;
  const drawn = await drawPage(own, page);
  if (!isOpen(own) || own.wanted !== page) return;
  part(own, ".sheet").replaceChildren(drawn);
  part(own, ".sheet").style.setProperty("--zoom", ZOOMS[zoom]);
  own.page = page;
  say(own, own.note);
  drawButtons(own);
  showBox(own);
};

const addMarks = (own, quotes) => {
  for (const { page, width, height, boxes } of quotes.flat()) {
    const marked = own.marks.get(page) ?? { width, height, boxes: [] };
    own.marks.set(page, { ...marked, boxes: [...marked.boxes, ...boxes] });
  }
  const [first, further] = quotes[0] ?? [];
  own.home = first?.page ?? own.home;
  own.further = further?.page;
  own.note = quotes.length && !first ? own.root.dataset.unmarked : "";
  return !quotes.length || Boolean(first);
};

/** Fetch the marks and the first page; true where the page shows all that the text shows. */
const load = async (own) => {
  const { boxes } = own.root.dataset;
  const { quotes } = boxes ? await (await ask(boxes)).json() : { quotes: [] };
  if (!isOpen(own)) return false;
  const isMarked = addMarks(own, quotes);
  await turnTo(own, own.home);
  return isMarked && isOpen(own);
};

const loadOnce = (own) => {
  own.loading ??= load(own).catch((error) => {
    own.loading = null; // so that it can be tried again
    throw error;
  });
  return own.loading;
};

const fail = (own, error) => {
  if (!isOpen(own)) return;
  if (own.page) drawButtons(own);
  else setView(own, "text");
  say(own, (error.name === "Error" && error.message) || own.root.dataset.unshown);
};

const begin = () => {
  const root = element.querySelector(".original");
  if (!root) {
    shown = null;
    return;
  }
  if (shown?.root === root && root.dataset.view) return; // a redrawing keeps the elements and takes away what is ours
  root.dataset.view = "text";
  const own = { root, marks: new Map(), home: Number(root.dataset.page), page: 0, note: "", loading: null };
  shown = own;
  if (chosenView() === "text") return;
  loadOnce(own).then((isMarked) => {
    const isReading = document.activeElement === passage();
    if (isMarked && !isReading && chosenView() === "page") setView(own, "page");
  }).catch((error) => fail(own, error));
};

const choosePage = async (own) => {
  await loadOnce(own);
  if (isOpen(own) && chosenView() === "page") setView(own, "page");
};

const setZoom = async (own, next) => {
  zoom = Math.min(Math.max(next, 0), ZOOMS.length - 1);
  await turnTo(own, own.page);
};

element.addEventListener("click", (event) => {
  const button = event.target.closest(".original button");
  const own = shown;
  if (!button || !own || button.getAttribute("aria-disabled") === "true") return;
  const { view, turn, zoom: step } = button.dataset;
  const failed = (error) => fail(own, error);
  if (view) {
    choose(view);
    if (view === "page") choosePage(own).catch(failed);
    else setView(own, "text");
  }
  if (turn) turnTo(own, own.page + Number(turn)).catch(failed);
  if (step) setZoom(own, zoom + Number(step)).catch(failed);
  if ("home" in button.dataset) turnTo(own, own.home).catch(failed);
});

element.addEventListener("show-source", () => {
  if (shown?.root.dataset.view !== "page") return;
  if (shown.page === shown.home) showBox(shown);
  else turnTo(shown, shown.home).catch((error) => fail(shown, error));
});

watch("value", () => requestAnimationFrame(begin));
