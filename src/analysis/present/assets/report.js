// Draws the page's figures from the JSON beside them, and redraws them for narrow screens.
(function () {
  "use strict";
  var NARROW = 560;
  var config = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false };

  // "a.b.c": value -> nested object, so that a figure can say what differs on a narrow screen.
  function assign(layout, path, value) {
    var keys = path.split(".");
    var last = keys.pop();
    keys.reduce(function (at, key) { return (at[key] = at[key] || {}); }, layout)[last] = value;
  }

  function draw(plot, figure) {
    var width = plot.clientWidth;
    if (!width) { return; }
    var layout = JSON.parse(JSON.stringify(figure.layout));
    if (width < NARROW) {
      Object.keys(figure.narrow || {}).forEach(function (path) {
        assign(layout, path, figure.narrow[path]);
      });
    }
    layout.width = width;
    plot.style.minHeight = layout.height + "px";
    window.Plotly.react(plot, figure.data, layout, config);
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
