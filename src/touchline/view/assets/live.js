// A run that is still going: its progress, and its events as they are answered.
import { get } from "./frames.js";

const find = (id) => document.getElementById(id);
const POLL_MS = 3000;

export async function follow(config) {
  if (!config.live) return;
  const place = find("live");
  place.hidden = false;
  let stamp = "";
  for (;;) {
    try {
      const now = await get("/progress");
      if (!now.live) {
        place.textContent = "The run is finished. Reload the page for its scores.";
        return;
      }
      place.textContent = `Still running: ${now.said.join("; ")}. What is not answered yet counts as missed.`;
      if (stamp && now.stamp !== stamp) replace(await get("/halves"));
      stamp = now.stamp;
    } catch (error) {
      place.textContent = `The viewer does not answer (${error.message}). Is it still running?`;
    }
    await new Promise((resolve) => { setTimeout(resolve, POLL_MS); });
  }
}

// The data of all halves; the half in view keeps its place, and its chosen event where it is left.
function replace(halves) {
  halves.forEach((half, index) => { find(`half-${index}`).textContent = JSON.stringify(half); });
  const { state, repaint } = touchline.timeline;
  const { chosen, half: before } = state;
  state.half = touchline.load(Number(find("half").value));
  if (chosen) {
    const old = before.lanes[chosen.lane];
    const lane = state.half.lanes[chosen.lane];
    const index = lane ? lane.at.findIndex((at, place) => at === old.at[chosen.index] && lane.of[place] === old.of[chosen.index]) : -1;
    state.chosen = index < 0 ? null : { lane: chosen.lane, index };
  }
  repaint();
}
