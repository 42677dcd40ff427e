// The operator's console without a mouse: Alt with a key goes to a place, opens a step, or takes a suggestion.
const PLACES = { KeyC: "call-caller_phone", KeyT: "call-title", KeyH: "caller", KeyM: "beside" };
const FIRST = "input:not([type=hidden]):not(.pick-filter), select, textarea, button, a";

// Enter in a step's line sends that step, not the form's first button; Control+Enter sends from anywhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  const here = event.target.closest("details.step[open]");
  const line = event.target.matches("input[type=text]");
  const step = event.ctrlKey ? here ?? document.querySelector("details.step[open]") : line && here;
  const button = step ? step.querySelector("button.primary") : event.ctrlKey && document.querySelector(".steps .primary");
  if (!button) return;
  event.preventDefault();
  if (!event.target.matches(".pick-filter") || event.ctrlKey) button.click();
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const act = placeOf(event.code) ?? markedOf(event.code);
  if (!act) return;
  event.preventDefault();
  act();
});

function placeOf(code) {
  const place = PLACES[code] && document.getElementById(PLACES[code]);
  return place && (() => (place.matches(FIRST) ? place : place.querySelector(FIRST))?.focus());
}

function markedOf(code) {
  const marked = document.querySelector(`[data-alt="${code}"]`);
  if (!marked) return null;
  return marked.tagName === "DETAILS" ? () => open(marked) : () => marked.click();
}

function open(step) {
  step.open = true;
  step.querySelector(`.field ${FIRST.split(", ").join(", .field ")}`)?.focus();
  step.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  const control = document.getElementById(`call-${button.dataset.fill}`);
  control.value = button.dataset.value;
  const why = document.getElementById("call-routing");
  if (button.dataset.why && why) why.value = button.dataset.why;
  const category = document.getElementById("call-category");
  if (button.dataset.category && category && !category.value) category.value = button.dataset.category;
  const article = document.getElementById("call-article");
  if (button.dataset.article && article) article.value = button.dataset.article;
  const address = document.getElementById("call-address");
  if (button.dataset.address && address && !address.value) address.value = button.dataset.address;
  const step = control.closest("details");
  if (step) step.open = true;
  control.focus();
});

if (!document.querySelector("[autofocus]")) document.getElementById("call-caller_phone")?.focus();
