// The claim beside the video: one event, the verdict on it, the nearest truth, and what the window
// that it comes from showed and said.
import { clock, get, make, strip } from "./frames.js";
import { windowsOf } from "./panels.js";

const FRAME_PX = 84;
const MOST_ROWS = 2;
const NARROW_PX = 420;
const MOST_SAID = 230;

export class Claim {
  constructor(config) {
    this.config = config;
    this.place = document.getElementById("claim");
    this.turn = 0;
  }

  clear(text = "Press n or Next for the first of them, or click any event of the timeline.") {
    this.turn += 1;
    this.place.replaceChildren(make("p", text, "nothing-said"));
  }

  // `model` is whose windows are shown where the event is no model's own.
  async show(half, timeline, lane, index, model) {
    this.turn += 1;
    const { turn } = this;
    const first = timeline.lanes[0]?.kind === "truth" ? 1 : 0;
    const one = timeline.lanes[lane];
    const own = one.kind === "truth" || one.kind === "labels" ? model : lane - first;
    const event = { half, at: one.at[index], what: one.of[index] };
    const facts = this.facts(timeline, lane, index, own);
    if (!this.config.replies) {
      this.place.replaceChildren(...facts);
      return;
    }
    const window = make("div", "", "brief");
    window.append(make("p", "Reading the window…", "read"));
    this.place.replaceChildren(...facts, window);
    const lines = await this.window(event, own, window.clientWidth);
    if (turn === this.turn) window.replaceChildren(...lines);
  }

  facts(timeline, lane, index, own) {
    const one = timeline.lanes[lane];
    const { classes } = this.config;
    const title = make("h3");
    title.append(make("span", classes[one.of[index]], "what"), make("span", clock(one.at[index]), "when"), this.verdict(timeline, lane, index, own));
    const who = [one.name];
    if (one.sure) who.push(`confidence ${(one.sure[index] / 1000).toFixed(2)}`);
    const { team } = touchline.facts(one, index, classes.map((name) => ({ name })));
    if (team) who.push(`${team} team`);
    if (one.seen && !one.seen[index]) who.push("not shown in the picture");
    return [title, make("p", who.join(", "), "who-said"), ...this.nearest(timeline, lane, index, own)];
  }

  verdict(timeline, lane, index, own) {
    const one = timeline.lanes[lane];
    const first = timeline.lanes[0]?.kind === "truth" ? 1 : 0;
    if (one.kind === "labels") return make("span", "your label", "mark");
    if (one.kind === "truth") {
      const found = timeline.found?.[own]?.[index];
      if (found === undefined) return make("span", "true event", "mark");
      const name = timeline.lanes[own + first].name;
      return make("span", found ? `found by ${name}` : `missed by ${name}`, found ? "mark right" : "mark wrong");
    }
    if (!one.hit) return make("span", "no labels to judge it by", "mark");
    return make("span", one.hit[index] ? "hit" : "false alarm", one.hit[index] ? "mark right" : "mark wrong");
  }

  // Of a claim, the true events that are nearest; of a true event, the model's nearest claims.
  nearest(timeline, lane, index, own) {
    const one = timeline.lanes[lane];
    const first = timeline.lanes[0]?.kind === "truth" ? 1 : 0;
    const other = one.kind === "truth" ? timeline.lanes[own + first] : first ? timeline.lanes[0] : null;
    const thing = one.kind === "truth" ? "claim" : "truth";
    if (!other) return [make("p", "This half has no labels.", "nearest")];
    const what = one.of[index];
    const same = closest(other, one.at[index], (place) => other.of[place] === what);
    const any = closest(other, one.at[index], () => true);
    const name = this.config.classes[what];
    const lines = [same === null ? `No ${name} in the ${thing === "truth" ? "truth" : "claims"} of this half` : `Nearest ${thing} of this class: ${this.apart(other, same, one.at[index])}`];
    if (any !== null && any !== same) lines.push(`nearest ${thing} of any class: ${this.apart(other, any, one.at[index])}`);
    return [make("p", `${lines.join("; ")}.`, "nearest")];
  }

  apart(lane, place, at) {
    const by = lane.at[place] - at;
    const distance = `${(Math.abs(by) / 1000).toFixed(1)} s`;
    const sure = lane.sure ? `, confidence ${(lane.sure[place] / 1000).toFixed(2)}` : "";
    const when = Math.abs(by) < 50 ? "at the same moment" : `${distance} ${by < 0 ? "before" : "after"}`;
    return `${this.config.classes[lane.of[place]]} at ${clock(lane.at[place])}, ${when}${sure}`;
  }

  async window(event, model, width) {
    try {
      const [one] = await windowsOf(this.config, event, model);
      if (!one) return [make("p", "No window covers this moment.", "nothing-said")];
      return await this.brief(event, model, one, width);
    } catch (error) {
      return [make("p", error.message, "nothing-said")];
    }
  }

  async brief(event, model, one, width) {
    // A window reports; a claim is what merging makes of all reports, perhaps at another time.
    const reports = one.claims ? "reports it" : "does not report it";
    const note = [`Window ${clock(one.start_ms)} to ${clock(one.end_ms)} (${one.outcome}) ${reports}`, one.note].filter((part) => part);
    const label = this.config.classes[event.what];
    const said = one.detections.find((each) => each.label === label)?.raw_label;
    const lines = [make("p", `${note.join("; ")}.`, "read")];
    const address = `/half/${event.half}/model/${model}/window/${one.index}`;
    try {
      const prompt = await get(`${address}/prompt`);
      // A review has its own lines above: on a phone one row of frames is left.
      const rows = width < NARROW_PX && !document.getElementById("review").hidden ? 1 : MOST_ROWS;
      const most = rows * Math.max(2, Math.floor(width / FRAME_PX));
      const count = prompt.frame_times_ms.length;
      if (prompt.shown && count > most) lines[0].append(` ${most} of its ${count} frames are here; enlarge one to see all.`);
      if (prompt.shown) lines.push(strip(prompt, address, most));
      else lines.push(make("p", "The model was shown no picture.", "nothing-said"));
    } catch (error) {
      lines.push(make("p", error.message, "nothing-said"));
    }
    lines.push(make("pre", excerpt(one.raw ?? "(no reply)", said), "said-raw"));
    return lines;
  }
}

function closest(lane, at, meant) {
  let best = null;
  for (let place = 0; place < lane.at.length; place += 1) {
    if (meant(place) && (best === null || Math.abs(lane.at[place] - at) < Math.abs(lane.at[best] - at))) best = place;
  }
  return best;
}

// A long reply is cut to where it says the event; the whole reply stands below the timeline.
function excerpt(text, said) {
  if (text.length <= MOST_SAID) return text;
  const place = said ? text.lastIndexOf(said) : -1;
  const line = text.lastIndexOf("\n", place) + 1;
  const wanted = place < 0 ? text.length : Math.max(line, place - MOST_SAID / 2);
  const from = Math.max(0, Math.min(wanted, text.length - MOST_SAID));
  const to = from + MOST_SAID;
  return `${from ? "… " : ""}${text.slice(from, to)}${to < text.length ? " …" : ""}`;
}
