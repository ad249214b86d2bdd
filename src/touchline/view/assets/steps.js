// Stepping from one false alarm, miss or hit to the next, through all halves.
const find = (id) => document.getElementById(id);

export class Steps {
  constructor(config, moments) {
    this.config = config;
    this.moments = moments;
  }

  // The lane and the places in it that are meant, in one half.
  meant(half) {
    const kind = find("step-kind").value;
    const model = Number(find("step-model").value);
    const first = half.lanes[0]?.kind === "truth" ? 1 : 0;
    const ofTruth = kind === "truth" || kind === "missed";
    if (ofTruth && !first) return { lane: 0, places: [] };
    const lane = ofTruth ? 0 : model + first;
    const { at, of, hit } = half.lanes[lane];
    const wanted = find("step-class").value;
    const tests = {
      truth: () => true, spots: () => true,
      missed: (index) => !half.found[model][index],
      right: (index) => hit?.[index] === 1, false: (index) => hit?.[index] === 0,
    };
    const places = [];
    for (let index = 0; index < at.length; index += 1) {
      if ((wanted === "" || of[index] === Number(wanted)) && tests[kind](index)) places.push(index);
    }
    return { lane, places };
  }

  // The next place after where we are: after the chosen event of that lane while the video still
  // stands at it, else after the video's time.
  next({ lane, places }, half, direction) {
    const { chosen } = touchline.timeline.state;
    const ordered = direction > 0 ? places : places.toReversed();
    const stays = chosen?.lane === lane && Math.abs(half.lanes[lane].at[chosen.index] - this.moments.at) < 500;
    if (stays) return ordered.find((index) => (index - chosen.index) * direction > 0);
    const now = this.moments.at;
    return ordered.find((index) => (half.lanes[lane].at[index] - now) * direction > 1);
  }

  go(direction) {
    const { timeline } = touchline;
    const here = this.meant(timeline.state.half);
    const index = this.next(here, timeline.state.half, direction);
    if (index !== undefined) {
      this.show(here, index);
      return;
    }
    for (let half = this.moments.half + direction; half >= 0 && half < this.config.halves.length; half += direction) {
      const there = this.meant(touchline.load(half));
      if (there.places.length) {
        find("half").value = String(half);
        timeline.openHalf(half);
        this.show(there, there.places.at(direction > 0 ? 0 : -1));
        return;
      }
    }
    find("step-status").textContent = here.places.length ? `No ${direction > 0 ? "later" : "earlier"} one.` : "There are none.";
  }

  show({ lane, places }, index) {
    const { state } = touchline.timeline;
    const code = state.half.lanes[lane].of[index];
    if (!state.shown[code]) document.querySelector(`.chip[data-class="${code}"]`).click();
    find("step-status").textContent = `${places.indexOf(index) + 1} of ${places.length} in this half`;
    touchline.timeline.choose(lane, index, true);
  }
}
