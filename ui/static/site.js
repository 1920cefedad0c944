// What every page beside Ask runs.
const YEAR = 365 * 24 * 3600;

for (const link of document.querySelectorAll("[data-language]")) {
  link.addEventListener("click", () => {
    document.cookie = `atmp_language=${link.dataset.language}; path=/; max-age=${YEAR}; samesite=strict`;
  });
}
