// Filters a long list of tick boxes or a long select by what is typed above it.
export function filterPicks(page) {
  page.addEventListener("input", (event) => {
    const box = event.target.closest("[data-filter]");
    if (!box) return;
    const wanted = box.value.trim();
    const target = page.getElementById(box.dataset.filter);
    for (const item of target.querySelectorAll("option[value]:not([value='']), .tick")) {
      item.hidden = wanted !== "" && !item.textContent.includes(wanted) && !item.querySelector?.(":checked") && !item.selected;
    }
  });
}
