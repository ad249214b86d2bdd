// The events in view as a table: the same as the lanes, for reading and for screen readers.
(() => {
  "use strict";
  const MOST = 300;
  const HEADINGS = ["Lane", "Event", "Time", "Team", "Confidence", "Remark"];

  function inView(state) {
    const found = [];
    for (const lane of state.half.lanes) {
      for (let index = touchline.firstAfter(lane.at, state.from); lane.at[index] <= state.to; index += 1) {
        if (touchline.passes(state, lane, index)) found.push({ at: lane.at[index], lane, index });
      }
    }
    return found.sort((a, b) => a.at - b.at);
  }

  touchline.list = (place, state, classes) => {
    const found = inView(state);
    const table = document.createElement("table");
    table.createCaption().textContent =
      found.length > MOST ? `The first ${MOST} of ${found.length.toLocaleString("en")}; zoom in for the rest.` : `${found.length} events.`;
    const heading = table.createTHead().insertRow();
    for (const title of HEADINGS) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = title;
      heading.append(cell);
    }
    const body = table.createTBody();
    for (const { lane, index } of found.slice(0, MOST)) {
      const row = body.insertRow();
      const facts = Object.values(touchline.facts(lane, index, classes));
      for (const text of [lane.name, ...facts]) row.insertCell().textContent = text;
    }
    place.replaceChildren(table);
  };
})();
