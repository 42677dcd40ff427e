// Text that a choice or a button proposes for a field (带出的文字): put in where nothing else was typed, to be changed by hand.
export function fillFields(root) {
  root.addEventListener("change", (event) => {
    const chosen = event.target.selectedOptions?.[0];
    if (!event.target.form || !event.target.querySelector?.("option[data-fills]")) return;
    const offered = [...event.target.querySelectorAll("option[data-fills]")].map((one) => JSON.parse(one.dataset.fills));
    const wanted = chosen?.dataset.fills ? JSON.parse(chosen.dataset.fills) : {};
    for (const name of new Set(offered.flatMap(Object.keys))) {
      const control = event.target.form.elements.namedItem(name);
      const isOffered = offered.some((one) => one[name]?.trim() === control?.value.trim());
      if (control && (isOffered || !control.value.trim())) control.value = wanted[name] ?? "";
    }
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-put]");
    const control = button && document.getElementById(button.dataset.put);
    if (!control) return;
    control.value = control.value.trim() ? `${control.value.trim()}\n${button.dataset.value}` : button.dataset.value;
    for (let at = control.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    control.focus();
  });
}
