// Points at a place on the form: by the device's own position, or by a tap on the map. Fills two inputs, sends nothing else.
const TILE = 256, DECIMALS = 5;
const fields = ["latitude", "longitude"].map((id) => document.getElementById(id));
const said = document.querySelector("[data-here-said]");
const drawn = document.querySelector("[data-drawn]");

function take(lat, lon) {
  const values = [lat, lon].map((value) => value.toFixed(DECIMALS));
  fields.forEach((field, n) => { field.value = values[n]; });
  said.textContent = said.dataset.taken;
}

function world(lat, lon, zoom) {
  const size = TILE * 2 ** zoom;
  const y = Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  return [((lon + 180) / 360) * size, ((1 - y / Math.PI) / 2) * size];
}

function degrees(x, y, zoom) {
  const size = TILE * 2 ** zoom;
  return [(Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / size))) * 180) / Math.PI, (x / size) * 360 - 180];
}

function pin(svg, x, y) {
  svg.querySelector(".pin")?.remove();
  const mark = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  Object.entries({ class: "pin", cx: x, cy: y, r: 8 }).forEach(([name, value]) => mark.setAttribute(name, value));
  svg.append(mark);
}

function at(svg) {
  return { lat: +svg.dataset.lat, lon: +svg.dataset.lon, zoom: +svg.dataset.z, box: svg.viewBox.baseVal };
}

function tapped(event) {
  const svg = event.currentTarget, { lat, lon, zoom, box } = at(svg);
  const rect = svg.getBoundingClientRect(), [left, top] = world(lat, lon, zoom);
  const x = ((event.clientX - rect.left) / rect.width) * box.width, y = ((event.clientY - rect.top) / rect.height) * box.height;
  take(...degrees(left + x - box.width / 2, top + y - box.height / 2, zoom));
  pin(svg, x, y);
}

function pinned(svg) {
  const [north, east] = fields.map((field) => parseFloat(field.value));
  if (Number.isNaN(north) || Number.isNaN(east)) return;
  const { lat, lon, zoom, box } = at(svg), [left, top] = world(lat, lon, zoom), [x, y] = world(north, east, zoom);
  pin(svg, x - left + box.width / 2, y - top + box.height / 2);
}

async function draw(url, closer = 0) {
  const svg = drawn.querySelector("svg"), asked = new URLSearchParams();
  const [lat, lon] = fields.map((field) => parseFloat(field.value));
  const known = !Number.isNaN(lat) && !Number.isNaN(lon);
  if (svg) asked.set("z", +svg.dataset.z + closer);
  if (known) [["lat", lat], ["lon", lon]].forEach(([name, value]) => asked.set(name, value.toFixed(3)));
  else if (svg) ["lat", "lon"].forEach((name) => asked.set(name, svg.dataset[name]));
  const answer = await fetch(`${url}?${asked}`);
  if (!answer.ok) return;
  drawn.querySelector(".drawn").innerHTML = await answer.text();
  drawn.hidden = false;
  const fresh = drawn.querySelector("svg");
  fresh.addEventListener("click", tapped);
  pinned(fresh);
}

function start() {
  const here = document.querySelector("[data-here]"), pick = document.querySelector("[data-pick]");
  if (!pick) return;
  pick.hidden = false;
  pick.addEventListener("click", () => draw(pick.dataset.pick));
  drawn.querySelectorAll("[data-zoom]").forEach((button) => {
    button.addEventListener("click", () => draw(pick.dataset.pick, +button.dataset.zoom));
  });
  if (!navigator.geolocation) return;
  here.hidden = false;
  here.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => take(coords.latitude, coords.longitude),
      () => { said.textContent = said.dataset.refused; },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}

start();
