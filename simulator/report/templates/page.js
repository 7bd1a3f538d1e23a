"use strict";
// Puts the interactive charts in the place of their drawings, one after the other, once the page's letters are there.
(async () => {
  const items = JSON.parse(document.getElementById("plots").textContent);
  if (typeof Bokeh === "undefined") return;
  Bokeh.set_log_level("error");
  await Promise.all([document.fonts.load("400 12px Report"), document.fonts.load("700 12px Report")]);
  const hasMouse = matchMedia("(pointer: fine)").matches;

  function connect(figure, view) {
    const [zoom, reset, turn] = figure.querySelectorAll(".tools button");
    const box = view.model.toolbar.tools.find((tool) => tool.type === "BoxZoomTool");
    const setZoom = (on) => {
      box.active = on;
      zoom.setAttribute("aria-pressed", String(on));
    };
    setZoom(hasMouse);
    zoom.addEventListener("click", () => setZoom(!box.active));
    reset.addEventListener("click", () => view.reset());
    turn.addEventListener("click", () => {
      const isLive = figure.classList.toggle("is-live");
      zoom.hidden = reset.hidden = !isLive;
      turn.textContent = isLive ? turn.dataset.drawing : turn.dataset.live;
    });
    figure.querySelector(".tools").hidden = false;
  }

  // A finger that leaves the glass has left the chart, for Bokeh: what it touched is pointed at once more, until something else is touched.
  let touched = null;
  document.addEventListener("pointerdown", () => {
    if (touched) touched.dispatchEvent(new PointerEvent("pointerout", { view: window, isPrimary: true }));
    touched = null;
  });
  function keepTouched(place) {
    place.addEventListener("pointerup", (event) => {
      if (event.pointerType === "mouse") return;
      const target = event.composedPath()[0];
      const where = { view: window, pointerType: "mouse", isPrimary: true, clientX: event.clientX, clientY: event.clientY };
      setTimeout(() => {
        touched = target;
        target.dispatchEvent(new PointerEvent("pointermove", where));
      }, 50);
    });
  }

  for (const item of items) {
    const figure = document.getElementById(item.target_id).closest("figure");
    figure.classList.add("is-live");
    try {
      const views = await Bokeh.embed.embed_item(item);
      connect(figure, [...views][0]);
      keepTouched(document.getElementById(item.target_id));
    } catch (error) {
      figure.classList.remove("is-live");
      console.error(error);
    }
  }
})();
