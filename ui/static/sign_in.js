// A link from elsewhere, as in a mail, comes without the session (SameSite=Strict); a request of this page's own has it.
const isFirst = !document.querySelector("[role=alert], [role=status]");
if (isFirst) {
  fetch(location.href, { redirect: "manual" }).then((reply) => {
    if (reply.type === "opaqueredirect") location.replace(location.href);
  });
}

// The page in another language leads on to where this one does.
for (const link of document.querySelectorAll("a[data-language]")) {
  const address = new URL(document.querySelector("form.sign-in").action);
  address.searchParams.set("lang", link.dataset.language);
  link.href = address.pathname + address.search;
}
