// What two models were asked about one moment, what they said, and how it was read.
import { clock, get, make, strip } from "./frames.js";

export class Panels {
  constructor(config) {
    this.config = config;
    this.now = null;
    this.panels = ["a", "b"].map((side) => {
      const place = document.getElementById(`panel-${side}`);
      const panel = { who: place.querySelector("select"), said: place.querySelector(".said"), turn: 0 };
      panel.who.addEventListener("change", () => this.fill(panel));
      return panel;
    });
  }

  clear() {
    this.now = null;
    document.getElementById("moment-status").textContent = "Click an event, or any moment of the timeline.";
    for (const panel of this.panels) panel.said.replaceChildren();
  }

  // `what` is a class's number, or null for whatever was said about the moment.
  show(half, at, what, title) {
    this.now = { half, at: Math.round(at), what };
    if (!this.config.replies) return;
    document.getElementById("moment-status").textContent = `At ${clock(at)}${title && `: ${title}`}`;
    for (const panel of this.panels) this.fill(panel);
  }

  async fill(panel) {
    panel.turn += 1;
    const { turn } = panel;
    if (!this.now || panel.who.value === "") {
      panel.said.replaceChildren();
      return;
    }
    const base = `/half/${this.now.half}/model/${panel.who.value}`;
    let lines;
    try {
      const windows = await windowsOf(this.config, this.now, panel.who.value);
      lines = windows.map((one, place) => this.window(one, base, place === 0));
      if (!lines.length) lines = [make("p", "No window covers this moment.", "nothing-said")];
    } catch (error) {
      lines = [make("p", error.message, "nothing-said")];
    }
    if (turn === panel.turn) panel.said.replaceChildren(...lines);
  }

  window(one, base, first) {
    const place = make("div", "", "window");
    const title = make("h4", `${clock(one.start_ms)} to ${clock(one.end_ms)}`);
    title.append(make("span", one.outcome, "mark"));
    if (one.claims) title.append(make("span", "reports it", "mark"));
    place.append(title, make("p", howRead(one), "read"));
    if (one.detections.length) {
      const list = make("ul");
      for (const said of one.detections) list.append(make("li", detection(said)));
      place.append(list);
    }
    place.append(make("h5", "Raw reply"), make("pre", one.raw ?? "(no reply)", "raw"));
    place.querySelector("pre").tabIndex = 0;
    if (one.tokens?.length) place.append(this.tokens(one.tokens));
    const more = make("details");
    more.append(make("summary", "Frames and prompt"));
    const fill = () => { if (more.open) this.question(more, one, base); };
    more.addEventListener("toggle", fill, { once: true });
    more.open = first;
    place.append(more);
    return place;
  }

  tokens(tokens) {
    const more = make("details");
    const text = tokens.map(([said, logprob]) => `${logprob.toFixed(3)}\t${JSON.stringify(said)}`);
    const list = make("pre", text.join("\n"), "tokens");
    list.tabIndex = 0;
    more.append(make("summary", "Log-probabilities of the tokens"), list);
    return more;
  }

  // The prompt and the frames are asked for when they are looked at.
  async question(more, one, base) {
    const address = `${base}/window/${one.index}`;
    try {
      const prompt = await get(`${address}/prompt`);
      if (!prompt.same) more.append(make("p", "The video, the prompt or the program changed since: what was asked then may differ from this.", "warning"));
      if (prompt.shown) more.append(strip(prompt, address));
      else more.append(make("p", "The model was shown no picture.", "nothing-said"));
      if (prompt.system) more.append(make("h5", "System prompt"), make("pre", prompt.system));
      more.append(make("h5", `Prompt ${prompt.template}`), make("pre", prompt.text, "prompt"));
      for (const text of more.querySelectorAll("pre")) text.tabIndex = 0;
    } catch (error) {
      more.append(make("p", error.message, "nothing-said"));
    }
  }
}

// The windows of a model that claim or cover a moment, the best first.
export async function windowsOf(config, { half, at, what }, model) {
  const official = what === null ? null : config.official[what];
  return get(`/half/${half}/model/${model}/moment?at=${at}${official === null ? "" : `&of=${official}`}`);
}

export function howRead(one) {
  const said = [one.parser ? `read as ${one.parser}` : "not read", one.note];
  if (one.finish_reason) said.push(`ended with “${one.finish_reason}”`);
  if (one.prompt_tokens) said.push(`${one.prompt_tokens} tokens in`);
  if (one.completion_tokens) said.push(`${one.completion_tokens} out`);
  if (one.seconds) said.push(`${one.seconds.toFixed(2)} s`);
  return said.filter((part) => part).join("; ");
}

export function detection(said) {
  const parts = [said.label ?? "no class", clock(said.position_ms), `time from ${said.time_source}`];
  if (said.team) parts.push(said.team);
  if (said.confidence !== null) parts.push(`confidence ${said.confidence.toFixed(2)}`);
  if (said.raw_label !== said.label) parts.push(`said “${said.raw_label}”`);
  if (said.rule) parts.push(`found by: ${said.rule}`);
  return parts.join(", ");
}
