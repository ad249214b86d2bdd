// The timeline's controls: half, classes, confidence, zoom, mouse, touch and keys.
// It starts when the whole page is read: the events stand at its end, so that the page paints first.
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const app = document.getElementById("timeline-app");
  if (!app) return;
  const find = (id) => document.getElementById(id);
  const canvas = find("lanes");
  const tip = find("tip");
  const chips = Array.from(app.querySelectorAll(".chip"));
  const classes = chips.map((chip) => ({ name: chip.textContent.trim(), code: chip.dataset.code }));
  const LEAST = 10000;
  const state = { half: null, from: 0, to: 1, shown: chips.map(() => true), sure: 0, chosen: null, playhead: null };
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  let layout = null;
  let look = null;
  let waiting = false;

  function readLook() {
    const probe = document.createElement("span");
    app.append(probe);
    const colour = (name) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color;
    };
    const family = getComputedStyle(document.body).fontFamily;
    look = {
      ink: colour("ink"), quiet: colour("quiet"), line: colour("line"), faint: colour("faint"),
      gap: colour("line"), font: `12px ${family}`, bold: `600 13px ${family}`, small: `11.5px ${family}`,
      classes: chips.map((chip) => getComputedStyle(chip).fill),
      names: classes.map((one) => one.name), codes: classes.map((one) => one.code),
    };
    probe.remove();
  }

  function paint() {
    waiting = false;
    layout = touchline.draw(canvas, state, look);
    if (find("list").open) list();
  }
  function repaint() {
    if (!waiting) requestAnimationFrame(paint);
    waiting = true;
  }

  function show(from, to) {
    const span = Math.min(Math.max(to - from, LEAST), state.half.length);
    state.from = Math.min(Math.max(from, 0), state.half.length - span);
    state.to = state.from + span;
    repaint();
  }
  function zoom(factor, about = (state.from + state.to) / 2) {
    const span = Math.min(Math.max((state.to - state.from) * factor, LEAST), state.half.length);
    const share = (about - state.from) / (state.to - state.from);
    show(about - share * span, about + (1 - share) * span);
  }
  const move = (share) => {
    const by = (state.to - state.from) * share;
    show(state.from + by, state.to + by);
  };

  function choose(lane, index, say) {
    state.chosen = index === null ? null : { lane, index };
    if (state.chosen && say) {
      const one = state.half.lanes[lane];
      const at = one.at[index];
      const margin = (state.to - state.from) * 0.05;
      if (at < state.from + margin || at > state.to - margin) {
        const half = (state.to - state.from) / 2;
        show(at - half, at + half);
      }
      find("timeline-status").textContent = `${one.name}: ${touchline.describe(one, index, classes).join(", ")}`;
      tell("eventchosen", { lane, index });
    }
    repaint();
  }

  function openHalf(index) {
    state.half = touchline.load(index);
    state.chosen = null;
    tip.hidden = true;
    find("timeline-status").textContent = "";
    show(0, state.half.length);
    tell("halfopened", { half: index });
  }

  // What is under a point: the lane and, within a few pixels, the event.
  function under(event) {
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const lane = layout.lanes.findIndex((one) => y >= one.top - 4 && y <= one.top + one.height + 4);
    if (lane < 0 || x < layout.left - 4) return { x, y, lane, index: null };
    const one = layout.lanes[lane];
    const scale = (state.to - state.from) / (layout.right - layout.left);
    const off = (index) => Math.abs(one.top + (layout.rowOf[one.lane.of[index]] + 0.5) * one.row - y) * scale;
    const index = touchline.nearest(state, one.lane, touchline.position(state, layout, x), 9 * scale, off);
    return { x, y, lane, index };
  }

  function showTip(event) {
    const { x, y, lane, index } = under(event);
    tip.hidden = index === null;
    if (index === null) return;
    const one = state.half.lanes[lane];
    const [what, ...rest] = touchline.describe(one, index, classes);
    const strong = document.createElement("b");
    strong.textContent = what;
    const lines = [...rest, one.name].map((text) => {
      const line = document.createElement("span");
      line.textContent = text;
      return line;
    });
    tip.replaceChildren(strong, ...lines);
    const left = x > layout.width / 2 ? x - tip.offsetWidth - 14 : x + 14;
    tip.style.transform = `translate(${Math.max(0, left)}px, ${y + 10}px)`;
  }

  const list = () => touchline.list(find("list-body"), state, classes);

  const keys = {
    "+": () => zoom(0.5, focusTime()), "=": () => zoom(0.5, focusTime()), "-": () => zoom(2, focusTime()),
    0: () => show(0, state.half.length), Home: () => show(0, state.to - state.from),
    End: () => show(state.half.length, state.half.length + state.to - state.from),
    PageUp: () => move(-0.8), PageDown: () => move(0.8),
    ArrowLeft: () => along(-1), ArrowRight: () => along(1), ArrowUp: () => across(-1), ArrowDown: () => across(1),
    Escape: () => { choose(0, null); tip.hidden = true; },
  };
  function focusTime() {
    return state.chosen ? state.half.lanes[state.chosen.lane].at[state.chosen.index] : undefined;
  }
  function along(direction) {
    const lane = state.chosen?.lane ?? 0;
    const { at } = state.half.lanes[lane];
    const start = touchline.firstAfter(at, state.from) - (direction > 0 ? 1 : 0);
    const index = touchline.step(state, state.half.lanes[lane], state.chosen?.index ?? start, direction);
    if (index !== null) choose(lane, index, true);
  }
  function across(direction) {
    const time = focusTime() ?? state.from;
    const { lanes } = state.half;
    for (let lane = (state.chosen?.lane ?? -direction) + direction; lane >= 0 && lane < lanes.length; lane += direction) {
      const index = touchline.nearest(state, lanes[lane], time, state.half.length);
      if (index !== null) { choose(lane, index, true); return; }
    }
  }

  canvas.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  canvas.addEventListener("wheel", (event) => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const ours = event.ctrlKey || sideways || document.activeElement === canvas;
    if (!ours) return;
    event.preventDefault();
    tip.hidden = true;
    if (sideways) move(event.deltaX / (layout.right - layout.left));
    else zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 150), touchline.position(state, layout, event.offsetX));
  }, { passive: false });

  let drag = null;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    drag = { x: event.clientX, from: state.from, to: state.to, moved: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drag) { showTip(event); return; }
    const by = ((drag.x - event.clientX) / (layout.right - layout.left)) * (drag.to - drag.from);
    drag.moved ||= Math.abs(drag.x - event.clientX) > 3;
    if (drag.moved) { tip.hidden = true; show(drag.from + by, drag.to + by); }
  });
  canvas.addEventListener("pointerup", (event) => {
    if (drag && !drag.moved) {
      const { x, lane, index } = under(event);
      choose(lane, index, true);
      if (index === null && x >= layout.left) tell("momentchosen", { at: touchline.position(state, layout, x) });
    }
    drag = null;
  });
  canvas.addEventListener("pointercancel", () => { drag = null; });
  canvas.addEventListener("pointerleave", () => { tip.hidden = true; });

  function press(chip, pressed) {
    chip.setAttribute("aria-pressed", String(pressed));
    state.shown[Number(chip.dataset.class)] = pressed;
  }
  chips.forEach((chip) => chip.addEventListener("click", () => {
    press(chip, chip.getAttribute("aria-pressed") !== "true");
    repaint();
  }));
  const pressAll = (pressed) => () => { chips.forEach((chip) => press(chip, pressed)); repaint(); };
  find("all-classes").addEventListener("click", pressAll(true));
  find("no-classes").addEventListener("click", pressAll(false));
  find("zoom-in").addEventListener("click", () => zoom(0.5, focusTime()));
  find("zoom-out").addEventListener("click", () => zoom(2, focusTime()));
  find("zoom-all").addEventListener("click", () => show(0, state.half.length));
  find("half").addEventListener("change", (event) => openHalf(Number(event.target.value)));
  find("sure").addEventListener("input", (event) => {
    state.sure = Number(event.target.value);
    find("sure-value").textContent = (state.sure / 1000).toFixed(2);
    repaint();
  });
  find("list").addEventListener("toggle", () => { if (find("list").open) list(); });

  const recolour = () => { readLook(); paint(); };
  document.addEventListener("themechange", recolour);
  window.addEventListener("beforeprint", recolour);
  window.addEventListener("afterprint", recolour);
  window.matchMedia("print").addEventListener("change", recolour);
  new ResizeObserver(repaint).observe(canvas.parentElement);
  app.hidden = false;
  touchline.timeline = { state, choose, repaint, openHalf };
  readLook();
  openHalf(Number(find("half").value));
});
