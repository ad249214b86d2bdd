// Labels by hand: a working copy of a game's labels, saved as a new file.
const find = (id) => document.getElementById(id);
const NEAR = 15000;
const TEAMS = { home: 1, away: 2, left: 3, right: 4 };

const button = (text, name, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", name);
  made.addEventListener("click", act);
  return made;
};

export class Labels {
  constructor(config) {
    this.config = config;
    this.games = new Map();
    this.half = null;
    this.now = 0;
    this.shown = "";
    find("label-add").addEventListener("click", () => this.add());
    find("label-save").addEventListener("click", () => this.save());
    window.addEventListener("beforeunload", (event) => {
      if (this.unsaved) event.preventDefault();
    });
  }

  get game() {
    return this.games.get(this.half?.game);
  }

  get unsaved() {
    return [...this.games.values()].some((game) => game.changes);
  }

  // The labels of a game as a decision of the review left them.
  replace(game, said) {
    this.games.set(game, { ...said, changes: 0 });
    if (this.half?.game === game) this.changed(0);
  }

  async open(half) {
    this.half = half;
    if (!this.games.has(half.game)) {
      const answer = await fetch(`/labels/${half.game}`);
      const said = await answer.json();
      if (!answer.ok) {
        this.say(said.error);
        return;
      }
      this.games.set(half.game, { ...said, changes: 0 });
    }
    this.changed(0);
  }

  // The lane of the timeline, where there is anything that the truth does not have.
  lane(half) {
    const game = this.games.get(half.game);
    if (!game || (!game.version && !game.changes)) return null;
    const here = game.labels.filter((one) => one.half === half.number).sort((a, b) => a.position_ms - b.position_ms);
    return {
      name: "Your labels", kind: "labels", gaps: [],
      at: here.map((one) => one.position_ms),
      of: here.map((one) => this.config.classes.indexOf(one.label)),
      by: here.map((one) => TEAMS[one.team] ?? 0),
      seen: here.map((one) => Number(one.visible)),
    };
  }

  at(now) {
    this.now = now;
    find("label-at").textContent = touchline.clock(now, true);
    this.list();
  }

  add() {
    if (!this.game) return;
    this.game.labels.push({
      half: this.half.number, position_ms: this.now, label: find("label-class").value,
      team: find("label-team").value, visible: find("label-visible").checked,
    });
    this.changed(1);
  }

  changed(by) {
    const { game } = this;
    game.changes += by;
    const unsaved = `${game.changes} change${game.changes === 1 ? "" : "s"} not saved; saving makes version ${game.version + 1}.`;
    const saved = game.version ? `Version ${game.version}: ${game.file}` : "These are the labels of the data.";
    this.say(game.changes ? unsaved : saved);
    find("label-save").disabled = !game.changes;
    this.list();
    document.dispatchEvent(new Event("labelschanged"));
  }

  say(text) {
    find("label-status").textContent = text;
  }

  list() {
    if (!this.game) return;
    const near = this.game.labels.filter(
      (one) => one.half === this.half.number && Math.abs(one.position_ms - this.now) <= NEAR,
    );
    near.sort((a, b) => a.position_ms - b.position_ms);
    // Rendered again only when it differs: else the focus is lost while the video plays.
    const shown = JSON.stringify(near);
    if (shown === this.shown) return;
    this.shown = shown;
    const list = document.createElement("ul");
    list.append(...near.map((one) => this.line(one)));
    find("label-list").replaceChildren(...(near.length ? [list] : []));
  }

  line(one) {
    const line = document.createElement("li");
    const text = document.createElement("span");
    const name = `${one.label} at ${touchline.clock(one.position_ms, true)}`;
    text.textContent = `${name}, ${one.team}${one.visible ? "" : ", not shown"}`;
    const go = () => document.dispatchEvent(new CustomEvent("labelgoto", { detail: { at: one.position_ms } }));
    const move = () => { one.position_ms = this.now; this.changed(1); };
    const remove = () => { this.game.labels.splice(this.game.labels.indexOf(one), 1); this.changed(1); };
    line.append(text, button("Go", `Go: ${name}`, go), button("Move here", `Move here: ${name}`, move), button("Remove", `Remove: ${name}`, remove));
    return line;
  }

  async save() {
    const { game } = this;
    const { version, labels } = game;
    find("label-save").disabled = true;
    const answer = await fetch(`/labels/${this.half.game}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ version, labels }),
    });
    const said = await answer.json();
    if (!answer.ok) {
      this.say(said.error);
      find("label-save").disabled = false;
      return;
    }
    Object.assign(game, said, { changes: 0 });
    this.changed(0);
  }
}
