// Body of a function of (element, trigger, props, server, upload, watch): see gr.HTML's js_on_load.
// What stands in the box as Enter or Send is pressed is what is sent: the page itself hears of the press later, when
// more may have been typed.
const note = () => {
  const { value } = document.querySelector("#question textarea");
  if (value.trim()) document.body.dataset.waiting = value;
};

document.addEventListener("keypress", (event) => {
  if (event.key === "Enter" && !event.shiftKey && event.target.matches("#question textarea")) note();
}, true);

document.addEventListener("click", (event) => {
  if (event.target.closest("#send")) note();
}, true);
