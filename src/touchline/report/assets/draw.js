// Drawing the lanes. A lane has one row a class, in the same order everywhere: what a model says
// too often stands out as a stripe, and the class can be told without its colour.
(() => {
  "use strict";
  const AXIS = 24;
  const GAP = 14;
  const NAME_GAP = 7;
  const STEPS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800].map((seconds) => seconds * 1000);
  const MARKS = { baseline: "null", sound: "sound only", control: "control" };
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

  // Where everything stands, in CSS pixels.
  touchline.layout = (state, width) => {
    const wide = width >= 700;
    const classes = state.shown.map((shown, index) => (shown ? index : -1)).filter((index) => index >= 0);
    const rows = Math.max(classes.length, 1);
    const head = wide ? 0 : 20;
    const room = state.half.lanes.length > 8 ? 68 : 120;
    let top = AXIS;
    const lanes = state.half.lanes.map((lane, place) => {
      // The rows of the first lane have names, so they need the height of a line.
      const row = place === 0 ? clamp(Math.round(240 / rows), 14, 22) : clamp(Math.round(room / rows), 4, 14);
      const height = Math.max(row * rows, wide ? 36 : 12);
      const box = { lane, row, top: top + head, height };
      top += head + height + GAP;
      return box;
    });
    const rowOf = [];
    classes.forEach((index, place) => { rowOf[index] = place; });
    return { wide, width, left: wide ? 172 : 30, right: width - 10, height: top, classes, rowOf, lanes };
  };

  touchline.x = (state, layout, position) =>
    layout.left + ((position - state.from) / (state.to - state.from)) * (layout.right - layout.left);
  touchline.position = (state, layout, x) =>
    state.from + ((x - layout.left) / (layout.right - layout.left)) * (state.to - state.from);

  const markWidth = (state, layout) =>
    clamp(((layout.right - layout.left) / (state.to - state.from)) * 700, 2, 7);

  function axis(pen, state, layout, look) {
    const span = state.to - state.from;
    const step = STEPS.find((size) => span / size <= (layout.wide ? 12 : 5)) ?? STEPS.at(-1);
    pen.textAlign = "center";
    for (let at = Math.ceil(state.from / step) * step; at <= state.to; at += step) {
      const x = Math.round(touchline.x(state, layout, at)) + 0.5;
      pen.fillStyle = look.line;
      pen.fillRect(x - 0.5, AXIS - 5, 1, layout.height - AXIS - GAP + 5);
      pen.fillStyle = look.quiet;
      pen.fillText(touchline.clock(at), clamp(x, layout.left + 14, layout.right - 14), 12);
    }
  }

  function background(pen, state, layout, box, look) {
    pen.fillStyle = look.faint;
    pen.fillRect(layout.left, box.top, layout.right - layout.left, box.height);
    pen.fillStyle = look.gap;
    for (const [from, to] of box.lane.gaps) {
      const x = Math.max(layout.left, touchline.x(state, layout, from));
      const end = Math.min(layout.right, touchline.x(state, layout, to));
      if (end > x) pen.fillRect(x, box.top, Math.max(1, end - x), box.height);
    }
  }

  function marks(pen, state, layout, box, look) {
    const { lane, row } = box;
    const width = markWidth(state, layout);
    const scale = (layout.right - layout.left) / (state.to - state.from);
    const edge = width / scale;
    for (let index = touchline.firstAfter(lane.at, state.from - edge); index < lane.at.length; index += 1) {
      if (lane.at[index] > state.to + edge) break;
      if (!touchline.passes(state, lane, index)) continue;
      const x = layout.left + (lane.at[index] - state.from) * scale - width / 2;
      const y = box.top + layout.rowOf[lane.of[index]] * row;
      const wrong = lane.hit && !lane.hit[index];
      pen.globalAlpha = lane.sure ? 0.45 + (0.55 * lane.sure[index]) / 1000 : 1;
      pen.fillStyle = look.classes[lane.of[index]];
      if (lane.seen && !lane.seen[index]) {
        pen.strokeStyle = pen.fillStyle;
        pen.strokeRect(x + 0.5, y + 1.5, width, row - 3);
      } else {
        pen.fillRect(x, y + (wrong ? row / 2 : 0) + 0.5, width, (wrong ? row / 2 : row) - 1);
      }
    }
    pen.globalAlpha = 1;
  }

  // Thin lines from the truth down through all lanes, where they are few enough to help.
  function guides(pen, state, layout, look) {
    const [first] = layout.lanes;
    if (!first || first.lane.kind !== "truth") return;
    const { lane } = first;
    const start = touchline.firstAfter(lane.at, state.from);
    const end = touchline.firstAfter(lane.at, state.to);
    if (end - start > 60) return;
    pen.globalAlpha = 0.4;
    for (let index = start; index < end; index += 1) {
      if (!touchline.passes(state, lane, index)) continue;
      pen.fillStyle = look.classes[lane.of[index]];
      const top = first.top + first.height;
      pen.fillRect(touchline.x(state, layout, lane.at[index]) - 0.5, top, 1, layout.height - GAP - top);
    }
    pen.globalAlpha = 1;
  }

  function shorten(pen, text, room) {
    if (pen.measureText(text).width <= room) return text;
    let kept = text;
    while (kept && pen.measureText(`${kept}…`).width > room) kept = kept.slice(0, -1);
    return `${kept}…`;
  }

  function names(pen, state, layout, box, look) {
    const { lane } = box;
    const named = box === layout.lanes[0];
    const count = touchline.count(state, lane);
    const rate = count / (state.half.length / 60000);
    const figures = `${count.toLocaleString("en")} · ${rate.toFixed(1)} / min`;
    pen.textAlign = "left";
    const room = layout.wide ? layout.left - 14 : layout.width - 130;
    pen.font = look.bold;
    const mark = MARKS[lane.kind];
    pen.fillStyle = mark ? look.quiet : look.ink;
    const onAxis = named && layout.wide;
    const name = shorten(pen, lane.name, onAxis ? layout.left - 90 : room);
    const nameWidth = pen.measureText(name).width;
    pen.fillText(name, 0, onAxis ? 12 : box.top + (layout.wide ? 10 : -10));
    pen.font = look.font;
    pen.fillStyle = look.quiet;
    if (!layout.wide) {
      pen.textAlign = "right";
      pen.fillText(figures, layout.right, box.top - 10);
    } else if (onAxis) {
      pen.fillText(figures, NAME_GAP + nameWidth, 12);
    } else {
      pen.fillText(mark ? `${figures} · ${mark}` : figures, 0, box.top + 27);
    }
    if (named) rowNames(pen, layout, box, look);
    pen.font = look.font;
  }

  function rowNames(pen, layout, box, look) {
    pen.textAlign = "right";
    pen.font = look.small;
    pen.fillStyle = look.quiet;
    for (const index of layout.classes) {
      const text = layout.wide ? look.names[index] : look.codes[index];
      pen.fillText(shorten(pen, text, layout.left - 10), layout.left - 8, box.top + (layout.rowOf[index] + 0.5) * box.row);
    }
  }

  function chosen(pen, state, layout, look) {
    if (!state.chosen) return;
    const box = layout.lanes[state.chosen.lane];
    const { lane } = box;
    const place = layout.rowOf[lane.of[state.chosen.index]];
    if (place === undefined) return;
    const x = touchline.x(state, layout, lane.at[state.chosen.index]);
    const width = markWidth(state, layout) + 6;
    pen.strokeStyle = look.ink;
    pen.lineWidth = 2;
    pen.strokeRect(x - width / 2, box.top + place * box.row - 3, width, box.row + 6);
    pen.lineWidth = 1;
  }

  // Where the video stands, in the viewer.
  function playhead(pen, state, layout, look) {
    if (state.playhead === null || state.playhead < state.from || state.playhead > state.to) return;
    pen.fillStyle = look.ink;
    pen.fillRect(Math.round(touchline.x(state, layout, state.playhead)) - 0.5, AXIS - 8, 1.5, layout.height - AXIS);
  }

  // Draws everything that state says into the canvas and gives back the layout.
  touchline.draw = (canvas, state, look) => {
    const layout = touchline.layout(state, canvas.parentElement.clientWidth);
    const dots = window.devicePixelRatio || 1;
    canvas.width = Math.round(layout.width * dots);
    canvas.height = Math.round(layout.height * dots);
    canvas.style.height = `${layout.height}px`;
    const pen = canvas.getContext("2d");
    pen.scale(dots, dots);
    pen.font = look.font;
    pen.textBaseline = "middle";
    for (const box of layout.lanes) background(pen, state, layout, box, look);
    axis(pen, state, layout, look);
    pen.save();
    pen.beginPath();
    pen.rect(layout.left - 4, 0, layout.right - layout.left + 8, layout.height);
    pen.clip();
    guides(pen, state, layout, look);
    for (const box of layout.lanes) marks(pen, state, layout, box, look);
    chosen(pen, state, layout, look);
    playhead(pen, state, layout, look);
    pen.restore();
    for (const box of layout.lanes) names(pen, state, layout, box, look);
    return layout;
  };
})();
