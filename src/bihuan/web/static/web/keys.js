// Keyboard: / search, j k move, x select, o open, g my work, ? help, single letters for the page's actions.
const TYPING = "input, textarea, select, [contenteditable], dialog";

export function listenToKeys(page) {
  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
    const act = ACTS[event.key] ?? deedOf(page, event.key);
    if (act) {
      event.preventDefault();
      act(page);
    }
  });
}

const ACTS = {
  "/": (page) => page.getElementById("search")?.focus(),
  "?": (page) => page.getElementById("keys")?.showModal(),
  j: (page) => move(page, 1),
  k: (page) => move(page, -1),
  o: (page) => page.querySelector("tr.here a")?.click(),
  x: (page) => page.querySelector("tr.here .pick input")?.click(),
  g: () => location.assign("/"),
};

function move(page, step) {
  const rows = [...page.querySelectorAll("table.list tbody tr")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("here"));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  rows[at]?.classList.remove("here");
  next.classList.add("here");
  next.querySelector("a")?.focus();
}

function deedOf(page, letter) {
  if (!/^[a-z]$/.test(letter)) return null;
  const deed = page.querySelector(`details[data-letter="${letter}"]`);
  return deed && (() => {
    deed.open = true;
    deed.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
    deed.scrollIntoView({ block: "nearest" });
  });
}
