"use strict";
// Puts the interactive charts in the place of their drawings, one after the other, once the page's letters are there.
(async () => {
  const items = JSON.parse(document.getElementById("plots").textContent);
  if (typeof Bokeh === "undefined") return;
  Bokeh.set_log_level("error");
  await Promise.all([document.fonts.load("400 12px Report"), document.fonts.load("700 12px Report")]);
  for (const item of items) {
    const figure = document.getElementById(item.target_id).closest("figure");
    const turn = figure.querySelector(".turn");
    figure.classList.add("is-live");
    try {
      await Bokeh.embed.embed_item(item);
    } catch (error) {
      figure.classList.remove("is-live");
      console.error(error);
      continue;
    }
    turn.hidden = false;
    turn.addEventListener("click", () => {
      const isLive = figure.classList.toggle("is-live");
      turn.textContent = isLive ? turn.dataset.drawing : turn.dataset.live;
    });
  }
  document.documentElement.dataset.plots = String(document.querySelectorAll("figure.is-live").length);
})();
