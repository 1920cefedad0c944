// What every page runs: the language that was chosen, with the mouse or in the address, goes along to the next page.
const YEAR = 365 * 24 * 3600;

const keep = (language) => {
  document.cookie = `atmp_language=${language}; path=/; max-age=${YEAR}; samesite=strict`;
};

document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-language]");
  if (chosen) keep(chosen.dataset.language);
});

const wanted = new URLSearchParams(location.search).get("lang");
if (["da", "no", "en"].includes(wanted)) keep(wanted);
