// The map of demands nearby: asks for the reader's place at a tap, and tells the server only about which kilometre.
const ROUND = 100; // parts of a degree

function near(button, said) {
  said.hidden = false;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const asked = new URLSearchParams(location.search);
      asked.set("lat", Math.round(coords.latitude * ROUND) / ROUND);
      asked.set("lon", Math.round(coords.longitude * ROUND) / ROUND);
      asked.set("z", "14");
      asked.delete("after");
      location.search = asked.toString();
    },
    () => { said.textContent = said.dataset.refused; },
    { maximumAge: 60000, timeout: 15000 },
  );
}

function start() {
  const button = document.querySelector("[data-near]");
  if (!button || !navigator.geolocation) return;
  const said = document.querySelector("[data-near-said]");
  button.hidden = false;
  said.hidden = false;
  button.addEventListener("click", () => near(button, said));
}

start();
document.addEventListener("htmx:afterSettle", start);
