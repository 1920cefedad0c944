// The page of the documents: files are sent one by one, dropped ones too, and the list tells how far each is.
const POLL_MILLISECONDS = 700;

const form = document.getElementById("adding");
const jobs = document.getElementById("jobs");
const list = document.getElementById("list");
const chosen = document.getElementById("files");
const status = document.querySelector(".status[role=status]");
const finished = new Set(["done", "failed"]);
let polling = null;
let sending = Promise.resolve();

for (const part of document.querySelectorAll(".drop-hint")) part.hidden = false;
for (const link of jobs.querySelectorAll(".refresh")) link.remove();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!chosen.files.length) {
    chosen.focus();
    return;
  }
  take(chosen.files);
  form.reset();
});

// the whole page takes files: one that misses the form would otherwise be opened in the page's place
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.dataset.over = "";
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) delete form.dataset.over;
});
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  delete form.dataset.over;
  take(event.dataTransfer.files);
});

if ([...jobs.querySelectorAll("li")].some((item) => !finished.has(item.dataset.state))) poll();

/** Send files, each after the one before it. */
function take(files) {
  for (const file of files) {
    const item = draw(file.name);
    sending = sending.then(() => send(file, item));
  }
}

/** Put a file that is about to be sent at the top of the list. */
function draw(name) {
  const item = document.getElementById("sending").content.firstElementChild.cloneNode(true);
  item.querySelector(".job-name").textContent = name;
  const bar = item.querySelector("progress");
  bar.setAttribute("aria-label", `${bar.getAttribute("aria-label").trim()} ${name}`);
  jobs.querySelector(".jobs").prepend(item);
  jobs.querySelector(".empty").hidden = true;
  return item;
}

/** Send one file; whatever comes of it, the next one is sent after it. */
function send(file, item) {
  if (file.size > Number(form.dataset.maxBytes)) {
    fail(item, file.name, form.dataset.tooLarge);
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("files", file);
    request.open("POST", "/documents");
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) item.querySelector("progress").value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("loadend", () => {
      const job = request.status === 200 ? request.response?.jobs?.[0] : null;
      if (job) {
        replace(item, job);
        if (finished.has(job.state)) say(job.words);
        poll();
      } else {
        fail(item, file.name, request.response?.error ?? form.dataset.notSent);
      }
      resolve();
    });
    request.send(body);
  });
}

function fail(item, name, reason) {
  const words = item.querySelector(".job-state");
  words.textContent = `${words.dataset.failed}. ${reason}`;
  item.dataset.state = "failed";
  item.querySelector("progress")?.remove();
  say(`${name}: ${words.textContent}`);
}

/** Draw an item anew, unless somebody is in it. */
function replace(item, job) {
  if (item.contains(document.activeElement) || item.dataset.drawn === job.html) return;
  const holder = document.createElement("template");
  holder.innerHTML = job.html;
  const drawn = holder.content.firstElementChild;
  drawn.dataset.drawn = job.html;
  item.replaceWith(drawn);
}

function poll() {
  polling ??= setTimeout(ask, POLL_MILLISECONDS);
}

async function ask() {
  polling = null;
  const response = await fetch("/documents/jobs", { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok) {
    if (response?.status !== 401 && response?.status !== 403) poll(); // the server may be on its way up again
    return;
  }
  const told = await response.json();
  const ended = [];
  for (const job of told.jobs) {
    const item = document.getElementById(`job-${job.id}`);
    if (!item) continue;
    if (finished.has(job.state) && !finished.has(item.dataset.state)) ended.push(job.words);
    replace(item, job);
  }
  if (ended.length) {
    say(ended.join(" "));
    await refresh();
  }
  if (told.unfinished) poll();
}

/** Show the list of documents as it is now; whoever is in it stays where they are. */
async function refresh() {
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const inForm = list.querySelector("form")?.contains(document.activeElement);
  const address = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  if (inForm) {
    const parts = (of) => of.querySelector(".table-wrap, .empty");
    parts(list)?.replaceWith(parts(page.getElementById("list")));
  } else {
    list.replaceChildren(...page.getElementById("list").childNodes);
  }
  if (address) [...list.querySelectorAll("a")].find((link) => link.getAttribute("href") === address)?.focus();
}

function say(words) {
  status.textContent = words;
}
