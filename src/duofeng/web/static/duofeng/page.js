// What every page does in the browser: close the menu on a phone, draw charts from the JSON beside them.
(() => {
  const narrow = window.matchMedia("(max-width: 720px)");
  const menu = document.querySelector("details.menu");
  const fold = () => { if (menu) menu.open = !narrow.matches; };
  narrow.addEventListener("change", fold);

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // A chart is <div class="chart" data-chart="ID"> beside {{ option|json_script:ID }}; the option is plain ECharts JSON.
  const draw = (box) => {
    const option = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const chart = echarts.init(box, null, { renderer: "canvas" });
    const ink = { color: token("--ink-soft") };
    const axis = { axisLabel: ink, nameTextStyle: ink, splitLine: { lineStyle: { color: token("--line") } } };
    for (const name of ["xAxis", "yAxis"]) {
      // The name of a value axis stays inside the chart: it begins at its left edge, or ends at its right one.
      const named = (side) => (name === "yAxis" ? { nameTextStyle: { ...ink, align: side ? "right" : "left" } } : {});
      const merged = (each, side) => ({ ...axis, ...named(side), ...each, axisLabel: { ...ink, ...each.axisLabel } });
      if (option[name]) option[name] = [].concat(option[name]).map(merged);
    }
    if (option.legend) option.legend = { textStyle: ink, ...option.legend };
    chart.setOption({
      animationDuration: 250,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: token("--ink") },
      color: [token("--accent"), "#d08a1d", "#5b8c3e", "#8a5aa8", "#b3473b", "#5f7380"],
      grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
      // Rich text keeps tooltips on the canvas: no inline style, so the page's security policy stays strict.
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, ...(option.tooltip || {}) },
      ...Object.fromEntries(Object.entries(option).filter(([key]) => key !== "tooltip")),
    });
    new ResizeObserver(() => chart.resize()).observe(box);
    chart.on("click", (point) => { if (point.data && point.data.href) window.location = point.data.href; });
  };
  const drawAll = (root) => root.querySelectorAll("[data-chart]:not([data-drawn])").forEach((box) => {
    box.dataset.drawn = "yes";
    draw(box);
  });

  document.addEventListener("DOMContentLoaded", () => { fold(); drawAll(document); });
  document.addEventListener("htmx:load", (event) => drawAll(event.target));

  // A big screen refreshes itself: <body data-refresh="seconds">.
  const seconds = Number(document.body.dataset.refresh || 0);
  if (seconds) setTimeout(() => window.location.reload(), seconds * 1000);
})();
