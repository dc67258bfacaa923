// Draws the page's figures from the JSON beside them, and redraws them for narrow screens.
(function () {
  "use strict";
  var NARROW = 560;
  var config = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false };

  // "yaxis.title.text" of the layout or "data.0.text" of the traces: a figure says what differs
  // on a narrow screen.
  function assign(figure, path, value) {
    var keys = path.split(".");
    var last = keys.pop();
    var root = keys[0] === "data" ? figure : figure.layout;
    keys.reduce(function (at, key) { return (at[key] = at[key] || {}); }, root)[last] = value;
  }

  function draw(plot, original) {
    var width = plot.clientWidth;
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
  }

  function start() {
    document.querySelectorAll(".nki-figure").forEach(function (box) {
      var plot = box.querySelector(".nki-plot");
      var figure = JSON.parse(box.querySelector("script[type='application/json']").textContent);
      var drawn = 0;
      new ResizeObserver(function () {
        if (plot.clientWidth !== drawn) {
          drawn = plot.clientWidth;
          draw(plot, figure);
        }
      }).observe(plot);
    });
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
