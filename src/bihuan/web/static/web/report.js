// Marks the commitment whose card is open, and on a phone brings the card into view.
function mark(number) {
  for (const piece of document.querySelectorAll("a.c.here")) piece.classList.remove("here");
  for (const piece of document.querySelectorAll(`a.c[data-c="${CSS.escape(number)}"]`)) piece.classList.add("here");
}

document.addEventListener("click", (event) => {
  const piece = event.target.closest("a.c[data-c]");
  if (piece) mark(piece.dataset.c);
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "pane") return;
  if (matchMedia("(max-width: 60rem)").matches) event.target.scrollIntoView({ block: "nearest" });
  event.target.focus({ preventScroll: true });
});
