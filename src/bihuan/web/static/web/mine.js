// "My demands on this telephone": numbers and codes in this browser's own store, only where the box was ticked; all can be taken away.
const KEY = "bihuan.demands", MOST = 50;

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(found) ? found.filter((one) => one && one.number && one.code) : [];
  } catch {
    return [];
  }
}

function keep(list) {
  if (list.length) localStorage.setItem(KEY, JSON.stringify(list.slice(0, MOST)));
  else localStorage.removeItem(KEY);
}

function without(number) {
  return kept().filter((one) => one.number !== number);
}

function listen(box) {
  const { number, code, title } = box.dataset;
  box.checked = kept().some((one) => one.number === number);
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("change", () => {
    keep(box.checked ? [{ number, code, title }, ...without(number)] : without(number));
  });
}

function fill(list) {
  const row = document.getElementById("mine-row"), none = document.querySelector("[data-mine-none]");
  list.replaceChildren(...kept().map((one) => {
    const item = row.content.cloneNode(true);
    item.querySelector("[data-title]").textContent = one.title || one.number;
    item.querySelector("[data-number]").textContent = one.number;
    item.querySelector("[name=number]").value = one.number;
    item.querySelector("[name=code]").value = one.code;
    item.querySelector("[data-forget]").addEventListener("click", () => { keep(without(one.number)); fill(list); });
    return item;
  }));
  none.hidden = kept().length > 0;
  document.querySelector("[data-forget-all]").hidden = kept().length === 0;
}

document.querySelectorAll("[data-keep]").forEach(listen);
document.querySelectorAll("[data-mine-door]").forEach((door) => { door.hidden = kept().length === 0; });
document.querySelectorAll("[data-mine]").forEach((list) => {
  fill(list);
  document.querySelector("[data-forget-all]").addEventListener("click", () => { keep([]); fill(list); });
});
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
document.querySelectorAll("[data-share]").forEach((button) => {
  button.hidden = !navigator.share;
  button.addEventListener("click", () => navigator.share({ title: button.dataset.share, url: button.dataset.url }).catch(() => {}));
});
