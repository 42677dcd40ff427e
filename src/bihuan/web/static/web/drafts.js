// Warns before leaving a page with typed text that was not sent.
export function keepDrafts(page) {
  let typed = false;
  page.addEventListener("input", (event) => {
    if (event.target.closest("form[data-keep]")) typed = true;
  });
  page.addEventListener("submit", () => { typed = false; });
  page.addEventListener("htmx:beforeRequest", () => { typed = false; });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
}
