// Selecting rows of a list: all of the page at once, and how many are selected beside the button.
const rows = () => [...document.querySelectorAll("td.pick input")];
const all = document.querySelector("[data-pick-all]");
const said = document.getElementById("picked");

function tell() {
  const picked = rows().filter((box) => box.checked).length;
  if (said) said.textContent = picked ? ` ${picked}` : "";
  if (all) {
    all.checked = picked > 0 && picked === rows().length;
    all.indeterminate = picked > 0 && !all.checked;
  }
}

all?.addEventListener("change", () => {
  for (const box of rows()) box.checked = all.checked;
  tell();
});
document.addEventListener("change", (event) => event.target.matches("td.pick input") && tell());
tell();
