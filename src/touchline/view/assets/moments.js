// The video: which half it shows and where it stands, in milliseconds from the half's start.
export class Moments {
  constructor(video) {
    this.video = video;
    this.half = 0;
    this.problem = document.getElementById("video-problem");
    for (const name of ["timeupdate", "seeking", "seeked", "loadedmetadata"]) {
      video.addEventListener(name, () => this.tell());
    }
    video.addEventListener("error", () => this.explain());
  }

  get at() {
    return Math.round(this.video.currentTime * 1000);
  }

  open(half) {
    this.half = half;
    this.problem.hidden = true;
    this.video.src = `/video/${half}`;
  }

  // Before the video's length is known the browser keeps the time as where to start.
  seek(at) {
    this.video.pause();
    this.video.currentTime = at / 1000;
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

  async explain() {
    const answer = await fetch(this.video.src, { headers: { Range: "bytes=0-0" } });
    const said = answer.ok ? "This browser cannot play the video." : (await answer.json()).error;
    this.problem.textContent = said;
    this.problem.hidden = false;
  }
}
