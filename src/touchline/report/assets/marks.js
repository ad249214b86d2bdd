// The events of one half as columns of numbers, and the questions that the timeline asks of them.
const touchline = {};
(() => {
  "use strict";
  const TEAMS = ["", "home", "away", "left", "right"];

  // The data of a half stand in their own element and are read only when the half is chosen.
  touchline.load = (index) => {
    const half = JSON.parse(document.getElementById(`half-${index}`).textContent);
    const truth = half.truth ? [{ name: "Truth", kind: "truth", gaps: [], ...half.truth }] : [];
    return { ...half, length: Math.max(half.length, 1), lanes: truth.concat(half.lanes) };
  };

  touchline.firstAfter = (at, position) => {
    let low = 0;
    let high = at.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at[middle] < position) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  touchline.passes = (state, lane, index) =>
    state.shown[lane.of[index]] && (lane.sure === undefined || lane.sure[index] >= state.sure);

  touchline.count = (state, lane) => {
    let count = 0;
    for (let index = 0; index < lane.at.length; index += 1) {
      if (touchline.passes(state, lane, index)) count += 1;
    }
    return count;
  };

  // The nearest event that passes the filters, or null; `cost` may weigh in more than time.
  touchline.nearest = (state, lane, position, reach, cost = () => 0) => {
    let best = null;
    let least = Infinity;
    for (let index = touchline.firstAfter(lane.at, position - reach); index < lane.at.length; index += 1) {
      if (lane.at[index] > position + reach) break;
      const distance = Math.abs(lane.at[index] - position) + cost(index);
      if (touchline.passes(state, lane, index) && distance < least) [best, least] = [index, distance];
    }
    return best;
  };

  // The next event in a direction (1 or -1) from an index, or null at the end.
  touchline.step = (state, lane, index, direction) => {
    let next = index + direction;
    while (next >= 0 && next < lane.at.length) {
      if (touchline.passes(state, lane, next)) return next;
      next += direction;
    }
    return null;
  };

  touchline.clock = (ms, fine) => {
    const tenths = Math.round(ms / 100);
    const seconds = Math.floor(tenths / 10);
    const text = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
    return fine ? `${text}.${tenths % 10}` : text;
  };

  // What can be said of one event; "" where there is nothing to say.
  touchline.facts = (lane, index, classes) => {
    const judged = lane.hit ? (lane.hit[index] ? "right" : "false alarm") : "";
    return {
      what: classes[lane.of[index]].name,
      time: touchline.clock(lane.at[index], true),
      team: TEAMS[lane.by[index]],
      confidence: lane.sure ? (lane.sure[index] / 1000).toFixed(2) : "",
      remark: lane.seen && !lane.seen[index] ? "not shown in the picture" : judged,
    };
  };

  // The same as a list of phrases.
  touchline.describe = (lane, index, classes) => {
    const { what, time, team, confidence, remark } = touchline.facts(lane, index, classes);
    const said = [`${what} at ${time}`, team && `${team} team`, confidence && `confidence ${confidence}`, remark];
    return said.filter((phrase) => phrase);
  };
})();
