// Single keys of the review: a key presses the button or follows the link that carries it in data-key.
const TYPING = "input, textarea, select, [contenteditable], dialog";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
  const door = /^[a-z]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
  if (!door) return;
  event.preventDefault();
  door.click();
});
