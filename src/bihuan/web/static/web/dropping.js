// A report can be dropped onto the page; one that is too large is told before it travels. Without this the file chooser does.
const form = document.querySelector("[data-dropping]");
const drop = form.querySelector("[data-drop]");
const input = form.querySelector("input[type=file]");
const wrong = form.querySelector("[data-wrong]");
const most = Number(form.dataset.most) * 1024 * 1024;
const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");

form.querySelector(".drop-here").hidden = false;
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    drop.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
document.addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  drop.classList.remove("over");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  if (fits()) form.requestSubmit();
});
input.addEventListener("change", () => {
  form.querySelector("[data-chosen]").textContent = input.files[0]?.name ?? "";
  fits();
});
form.addEventListener("submit", (event) => { if (!fits()) event.preventDefault(); });

function fits() {
  const typed = new Blob([form.querySelector("textarea").value]).size;
  const long = form.querySelector("[data-wrong-text]");
  wrong.hidden = (input.files[0]?.size ?? 0) <= most;
  long.hidden = typed < Number(form.dataset.mostText);
  return wrong.hidden && long.hidden;
}
