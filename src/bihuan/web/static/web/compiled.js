// The compiled report: a clause and its words in the original are chosen together; j and k go on to the next.
const original = document.querySelector("[data-original]");
const list = document.querySelector("[data-clauses]");
const frame = original?.querySelector("iframe[data-frame]");
const TYPING = "input, textarea, select, [contenteditable], dialog, summary";

const inOriginal = (key) => {
  const page = frame ? frame.contentDocument : original;
  return [...(page?.querySelectorAll(`[data-c="${CSS.escape(key)}"]`) ?? [])];
};

function choose(key, from) {
  for (const page of [document, frame?.contentDocument]) {
    for (const one of page?.querySelectorAll("[data-c].here") ?? []) {
      one.classList.remove("here");
      one.removeAttribute("aria-current");
    }
  }
  const card = document.getElementById(`k-${key}`);
  const marks = inOriginal(key);
  for (const one of [card, ...marks]) one?.classList.add("here");
  card?.setAttribute("aria-current", "true");
  if (from !== "original" && marks.length) bring(frame ? null : original, marks[0]);
  if (from !== "list" && card) bring(list, card);
  const asked = new URLSearchParams(location.search);
  asked.set("c", key);
  history.replaceState(null, "", `?${asked}`);
}

function bring(pane, element) {
  if (pane && pane.scrollHeight > pane.clientHeight && getComputedStyle(pane).overflowY !== "visible") {
    const place = element.getBoundingClientRect();
    const edge = pane.getBoundingClientRect();
    pane.scrollTop += place.top - edge.top - (edge.height - place.height) / 2;
  } else {
    element.scrollIntoView({ block: "center" });
  }
}

function listen(page, from) {
  page.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const one = event.target.closest("[data-c]");
    const link = event.target.closest("a");
    if (!one || (from === "list" && link && !link.classList.contains("clause-text"))) return;
    event.preventDefault();
    choose(one.dataset.c, from);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const cards = [...list.querySelectorAll(".clause")];
  const at = cards.findIndex((card) => card.classList.contains("here"));
  const next = cards[Math.min(Math.max(at + step, 0), cards.length - 1)];
  if (!next) return;
  choose(next.dataset.c, "keys");
  next.querySelector("a").focus({ preventScroll: true });
});

const chosen = () => new URLSearchParams(location.search).get("c") || location.hash.replace(/^#[ko]-/, "");
function ready() {
  if (frame) listen(frame.contentDocument, "original");
  const first = new URLSearchParams(location.search).get("section") && list.querySelector(".clause")?.dataset.c;
  const key = chosen() || first;
  if (key && inOriginal(key).length) choose(key, "start");
}
if (list) listen(list, "list");
if (original && !frame) { listen(original, "original"); ready(); }
if (frame) {
  frame.addEventListener("load", ready);
  if (frame.contentDocument?.readyState === "complete" && frame.contentDocument.URL !== "about:blank") ready();
}
if (matchMedia("(max-width: 75rem)").matches) document.querySelector(".pane-contents details")?.removeAttribute("open");
