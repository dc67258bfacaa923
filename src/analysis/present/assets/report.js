// Draws the page's figures from the JSON beside them, and redraws them for narrow screens.
(function () {
  "use strict";
  var NARROW = 560;
  // The width of an A4 page within its margins. A page is laid out for paper at once, with no time
  // for figures to follow, so they are drawn for it before.
  var PAPER = 640;
  var config = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false };

  // "yaxis.title.text" of the layout or "data.0.text" of the traces: a figure says what differs
  // on a narrow screen.
  function assign(figure, path, value) {
    var keys = path.split(".");
    var last = keys.pop();
    var root = keys[0] === "data" ? figure : figure.layout;
    keys.reduce(function (at, key) { return (at[key] = at[key] || {}); }, root)[last] = value;
  }

  function draw(plot, original, width) {
    if (!width) { return; }
    var figure = JSON.parse(JSON.stringify(original));
    if (width < NARROW) {
      Object.keys(figure.narrow || {}).forEach(function (path) {
        assign(figure, path, figure.narrow[path]);
      });
    }
    figure.layout.width = width;
    plot.style.minHeight = figure.layout.height + "px";
    window.Plotly.react(plot, figure.data, figure.layout, config);
    // Plotly writes what is bold as a style attribute. A policy that forbids those lets scripts set
    // the same.
    plot.querySelectorAll("tspan[style]").forEach(function (part) {
      part.style.cssText = part.getAttribute("style");
    });
  }

  function start() {
    var printing = false;
    var drawings = Array.from(document.querySelectorAll(".nki-figure"), function (box) {
      var plot = box.querySelector(".nki-plot");
      var figure = JSON.parse(box.querySelector("script[type='application/json']").textContent);
      var drawn = 0;
      new ResizeObserver(function () {
        if (!printing && plot.clientWidth !== drawn) {
          drawn = plot.clientWidth;
          draw(plot, figure, drawn);
        }
      }).observe(plot);
      return function (width) { draw(plot, figure, width || plot.clientWidth); };
    });
    window.addEventListener("beforeprint", function () {
      printing = true;
      drawings.forEach(function (drawing) { drawing(PAPER); });
    });
    window.addEventListener("afterprint", function () {
      printing = false;
      drawings.forEach(function (drawing) { drawing(); });
    });
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
