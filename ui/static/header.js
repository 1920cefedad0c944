// Body of a function of (element, trigger, props, server, upload, watch): see gr.HTML's js_on_load.
const adoptLanguage = () => {
  const page = element.querySelector("[data-page-language]");
  document.documentElement.lang = page.dataset.pageLanguage;
  document.title = page.dataset.pageTitle;
};
adoptLanguage();
watch("value", adoptLanguage);

element.addEventListener("click", (event) => {
  const language = event.target.closest("[data-language]");
  if (language) trigger("choose_language", { language: language.dataset.language });
  if (event.target.closest("[data-skip]")) {
    event.preventDefault(); // the address may carry ?q=, which a jump to #question would drop
    document.querySelector("#question textarea").focus();
  }
});
