// The viewer: brings the video, the timeline, the steps, the panels and the labels together.
// Whatever a model or a file said reaches the page as text content only.
import { Claim } from "./claim.js";
import { listenToFrames } from "./frames.js";
import { listenToKeys } from "./keys.js";
import { Labels } from "./labels.js";
import { follow } from "./live.js";
import { Moments } from "./moments.js";
import { Panels } from "./panels.js";
import { Review } from "./review.js";
import { Steps } from "./steps.js";

const config = JSON.parse(document.getElementById("view-config").textContent);
const labels = new Labels(config);
const read = touchline.load;

// Labels made by hand stand in a lane of their own, the last.
touchline.load = (index) => {
  const half = read(index);
  const own = labels.lane(config.halves[index]);
  if (own) half.lanes.push(own);
  return half;
};

document.addEventListener("DOMContentLoaded", () => {
  const moments = new Moments(document.getElementById("video"));
  const panels = new Panels(config);
  const claim = new Claim(config);
  const steps = new Steps(config, moments);
  const review = new Review(config, moments, labels, claim);
  const step = (direction) => { if (review.on) review.go(direction); else steps.go(direction); };
  const { timeline } = touchline;

  const opened = () => {
    const half = Number(document.getElementById("half").value);
    moments.open(half);
    labels.open(config.halves[half]);
    document.getElementById("half-name").textContent = config.halves[half].name;
    panels.clear();
    claim.clear();
  };
  const chosen = ({ lane, index }) => {
    const one = timeline.state.half.lanes[lane];
    moments.seek(one.at[index]);
    const what = one.of[index];
    claim.show(moments.half, timeline.state.half, lane, index, Number(document.getElementById("step-model").value));
    panels.show(moments.half, one.at[index], what, `${config.classes[what]}, ${one.name}`);
  };

  document.getElementById("next").addEventListener("click", () => step(1));
  document.getElementById("previous").addEventListener("click", () => step(-1));
  document.addEventListener("halfopened", opened);
  document.addEventListener("eventchosen", (event) => chosen(event.detail));
  document.addEventListener("momentchosen", (event) => {
    moments.seek(event.detail.at);
    panels.show(moments.half, event.detail.at, null, "");
  });
  document.addEventListener("moved", (event) => {
    timeline.state.playhead = event.detail.at;
    timeline.repaint();
    labels.at(event.detail.at);
  });
  document.addEventListener("labelschanged", () => {
    const { lanes } = timeline.state.half;
    if (lanes.at(-1)?.kind === "labels") lanes.pop();
    const own = labels.lane(config.halves[moments.half]);
    if (own) lanes.push(own);
    if (timeline.state.chosen && !lanes[timeline.state.chosen.lane]) timeline.state.chosen = null;
    timeline.repaint();
  });
  document.addEventListener("labelgoto", (event) => moments.seek(event.detail.at));

  listenToFrames();
  listenToKeys({
    n: () => step(1), p: () => step(-1), l: () => labels.add(), " ": () => moments.toggle(),
    ",": () => moments.by(-200), ".": () => moments.by(200),
    a: () => review.decide("accept"), m: () => review.decide("move"), r: () => review.decide("reject"),
    ArrowLeft: () => moments.by(-2000), ArrowRight: () => moments.by(2000),
  });
  opened();
  follow(config);
});
