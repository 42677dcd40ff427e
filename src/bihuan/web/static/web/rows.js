// Adds and removes the rows of a repeatable field. Without it the server shows three blank rows.
export function growRows(page) {
  dropBlanks(page);
  page.addEventListener("htmx:afterSettle", () => dropBlanks(page));
  page.addEventListener("click", (event) => {
    const adding = event.target.closest("[data-add-row]");
    const removing = event.target.closest("[data-remove-row]");
    if (adding) add(adding.closest("[data-rows]"));
    if (removing) remove(removing.closest(".row"));
  });
}

function add(field) {
  const list = field.querySelector(".rows");
  const next = Number(field.dataset.next);
  const blank = field.querySelector("template").innerHTML.replaceAll("__row__", String(next));
  list.insertAdjacentHTML("beforeend", blank);
  field.dataset.next = String(next + 1);
  list.lastElementChild.querySelector("input, select, textarea")?.focus();
}

function remove(row) {
  const field = row.closest("[data-rows]");
  row.remove();
  field.querySelector("[data-add-row]").focus();
}

function dropBlanks(page) {
  for (const list of page.querySelectorAll("[data-rows] > .rows")) {
    const blank = [...list.children].filter((row) => [...row.querySelectorAll("input, select, textarea")].every((one) => one.value === ""));
    const keep = blank.length === list.children.length ? 1 : 0;
    blank.slice(keep).forEach((row) => row.remove());
  }
}
