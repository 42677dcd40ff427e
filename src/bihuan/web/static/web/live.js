// Parts that renew themselves ([data-live]) rest while nobody sees the page, and are renewed once when somebody does again.
export function renewWhileSeen(page) {
  page.addEventListener("htmx:beforeRequest", (event) => {
    if (page.hidden && event.target.matches("[data-live]")) event.preventDefault();
  });
  page.addEventListener("visibilitychange", () => {
    if (page.hidden) return;
    for (const part of page.querySelectorAll("[data-live]")) globalThis.htmx?.trigger(part, "renew");
  });
}
