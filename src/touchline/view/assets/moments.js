// The video: which half it shows and where it stands, in milliseconds from the half's start.
import { get } from "./frames.js";

const POLL_MS = 500;

export class Moments {
  constructor(video) {
    this.video = video;
    this.half = 0;
    this.turn = 0;
    this.wanted = null;
    this.problem = document.getElementById("video-problem");
    this.note = document.getElementById("video-note");
    for (const name of ["timeupdate", "seeking", "seeked", "loadedmetadata"]) {
      video.addEventListener(name, () => this.tell());
    }
    video.addEventListener("error", () => this.explain());
  }

  get at() {
    return Math.round(this.wanted ?? this.video.currentTime * 1000);
  }

  // A half that the browser cannot play is copied first; until then a seek is remembered.
  async open(half) {
    this.half = half;
    this.turn += 1;
    const { turn } = this;
    this.wanted = 0;
    this.problem.hidden = true;
    this.note.hidden = true;
    this.video.removeAttribute("src");
    this.video.load();
    try {
      if (!(await this.ready(half, turn))) return;
    } catch (error) {
      if (turn === this.turn) this.say(error.message);
      return;
    }
    this.problem.hidden = true;
    this.video.src = `/video/${half}`;
    // Before the video's length is known the browser keeps the time as where to start.
    this.video.currentTime = this.wanted / 1000;
    this.wanted = null;
  }

  // Whether this half is still wanted when its video can be played.
  async ready(half, turn) {
    for (;;) {
      const said = await get(`/video/${half}/ready`);
      if (turn !== this.turn) return false;
      this.note.textContent = said.note;
      this.note.hidden = !said.note;
      if (said.ready) return true;
      this.say(`Making a copy of the video that browsers can play: ${Math.floor(100 * said.share)} %. Everything else works meanwhile.`);
      await new Promise((resolve) => { setTimeout(resolve, POLL_MS); });
    }
  }

  seek(at) {
    this.video.pause();
    if (this.wanted === null) {
      this.video.currentTime = at / 1000;
      return;
    }
    this.wanted = at;
    this.tell();
  }

  by(ms) {
    this.seek(Math.max(0, this.at + ms));
  }

  toggle() {
    if (this.video.paused) this.video.play();
    else this.video.pause();
  }

  tell() {
    document.dispatchEvent(new CustomEvent("moved", { detail: { at: this.at } }));
  }

  say(text) {
    this.problem.textContent = text;
    this.problem.hidden = false;
  }

  async explain() {
    const answer = await fetch(this.video.src, { headers: { Range: "bytes=0-0" } });
    this.say(answer.ok ? "This browser cannot play the video." : (await answer.json()).error);
  }
}
