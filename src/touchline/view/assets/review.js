// The review: a queue of what models and labels disagree about, decided one by one.
import { clock, get, make } from "./frames.js";

const find = (id) => document.getElementById(id);
const CHOICES = ["accept", "move", "reject"];
// What the three choices do, by what is in question.
const NAMES = {
  claim: { accept: "Label it", move: "Label it at", reject: "No event" },
  label: { accept: "Keep label", move: "Move label to", reject: "Remove label" },
  either: { accept: "Take claim", move: "Take claim at", reject: "Keep label" },
};

export class Review {
  constructor(config, moments, labels, claim) {
    Object.assign(this, { config, moments, labels, claim, now: -1, items: [], decided: {}, busy: false });
    for (const choice of CHOICES) find(`review-${choice}`).addEventListener("click", () => this.decide(choice));
    find("review-finish").addEventListener("click", () => this.finish());
    find("step-kind").addEventListener("change", () => this.turn());
    document.addEventListener("moved", () => this.name());
  }

  get on() {
    return find("step-kind").value === "review";
  }

  get item() {
    return this.on ? this.items[this.now] : undefined;
  }

  // The queue is read when it is looked at first.
  async turn() {
    find("review").hidden = !this.on;
    find("step-model").disabled = this.on;
    find("step-class").disabled = this.on;
    if (!this.on || this.items.length) return;
    find("review-text").textContent = "Comparing the claims with the labels…";
    try {
      const { items, decided, finished, note } = await get("/review");
      Object.assign(this, { items, decided, finished });
      find("review-note").textContent = note;
      find("review-finish").hidden = !this.config.annotator || finished;
      if (finished) await this.agree("/review/agreement");
      this.go(1);
    } catch (error) {
      this.say(error.message);
    }
  }

  say(text) {
    find("review-note").textContent = text;
  }

  // Forwards to the next item that is not decided, backwards to any.
  go(direction) {
    let next = this.now + direction;
    while (direction > 0 && next < this.items.length && this.items[next].key in this.decided) next += 1;
    if (next < 0 || next >= this.items.length) {
      find("step-status").textContent = direction > 0 ? "Nothing left to decide after this." : "This is the first.";
      return;
    }
    this.now = next;
    this.show();
  }

  show() {
    const { item } = this;
    const count = Object.keys(this.decided).length;
    find("step-status").textContent = `${this.now + 1} of ${this.items.length}, ${count} decided`;
    const made = this.decided[item.key];
    find("review-text").replaceChildren(make("strong", `${item.reason[0].toUpperCase()}${item.reason.slice(1)}`), `. ${item.text}${made ? ` Decided: ${NAMES[item.kind][made].toLowerCase()}.` : ""}`);
    this.name();
    for (const choice of CHOICES) find(`review-${choice}`).setAttribute("aria-pressed", String(made === choice));
    const { timeline } = touchline;
    if (item.half !== this.moments.half) {
      find("half").value = String(item.half);
      timeline.openHalf(item.half);
    }
    const { lanes } = timeline.state.half;
    const first = lanes[0]?.kind === "truth" ? 1 : 0;
    const lane = item.model === null ? 0 : item.model + first;
    timeline.choose(0, null);
    const what = this.config.classes.indexOf(item.name);
    const index = lanes[lane].at.findIndex((at, place) => at === item.at && lanes[lane].of[place] === what);
    if (index >= 0) timeline.choose(lane, index, true);
    else {
      this.moments.seek(item.at);
      this.claim.clear("No model claims this, and no label says it: look at the video.");
    }
  }

  name() {
    const { item } = this;
    for (const choice of CHOICES) {
      const button = find(`review-${choice}`);
      button.disabled = !item || this.finished || this.busy;
      if (!item) continue;
      const words = NAMES[item.kind][choice];
      button.querySelector("span").textContent = choice === "move" ? `${words} ${clock(this.moments.at)}` : words;
    }
  }

  async decide(choice) {
    const { item } = this;
    if (!item || this.finished || this.busy) return;
    if (this.labels.unsaved) {
      this.say("Save the labels that you changed by hand first.");
      return;
    }
    this.busy = true;
    try {
      const labels = await post("/review", { key: item.key, choice, at_ms: this.moments.at });
      this.decided[item.key] = choice;
      this.labels.replace(this.config.halves[item.half].game, labels);
      this.say("");
      this.busy = false;
      this.go(1);
    } catch (error) {
      this.say(error.message);
    } finally {
      this.busy = false;
      this.name();
    }
  }

  async finish() {
    const left = this.items.length - Object.keys(this.decided).length;
    if (!window.confirm(`Finish the review? ${left} of ${this.items.length} are not decided, and their labels stay as they are. Nothing can be changed afterwards.`)) return;
    try {
      await this.agree("/review/finish", {});
      this.finished = true;
      find("review-finish").hidden = true;
      this.name();
    } catch (error) {
      this.say(error.message);
    }
  }

  async agree(address, body) {
    const sentences = body ? await post(address, body) : await get(address);
    this.say(["Finished.", ...sentences].join(" "));
  }
}

async function post(address, body) {
  const answer = await fetch(address, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}
