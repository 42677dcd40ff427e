// Draws a chart over its small picture where the library is at hand: figure.chart > script[type="application/json"].
const loaded = new WeakMap();

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return { color: [of("--blue"), of("--dim")], textStyle: { color: of("--ink"), fontFamily: of("--font") }, line: of("--line"), dim: of("--dim"), goal: of("--accent") };
}

function dressed(options) {
  const look = colours();
  const axis = { axisLabel: { color: look.dim }, axisLine: { lineStyle: { color: look.line } }, splitLine: { lineStyle: { color: look.line } }, nameTextStyle: { color: look.dim } };
  const series = options.series.map((one) => one.markLine
    ? { ...one, markLine: { ...one.markLine, lineStyle: { color: look.goal }, label: { ...one.markLine.label, color: look.goal } } } : one);
  return { ...options, color: look.color, textStyle: look.textStyle, series,
    legend: { ...options.legend, textStyle: look.textStyle },
    xAxis: { ...options.xAxis, ...axis, splitLine: { show: false } }, yAxis: { ...options.yAxis, ...axis } };
}

function draw(figure) {
  const data = figure.querySelector('script[type="application/json"]');
  const place = figure.querySelector(".chart-place");
  if (!data || !place || loaded.has(figure) || !window.echarts) return;
  place.hidden = false;
  figure.querySelector("svg.small-line")?.setAttribute("hidden", "");
  const chart = window.echarts.init(place, null, { renderer: "svg" });
  chart.setOption(dressed(JSON.parse(data.textContent)));
  loaded.set(figure, chart);
  new ResizeObserver(() => chart.resize()).observe(place);
}

const drawAll = () => document.querySelectorAll("figure.chart").forEach(draw);
document.addEventListener("htmx:afterSettle", drawAll);
addEventListener("load", drawAll);
