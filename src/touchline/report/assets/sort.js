// Tables sort by their headings, which are buttons, so a keyboard reaches them too.
(() => {
  "use strict";
  const value = (cell) => {
    const text = cell.dataset.value ?? cell.textContent.trim();
    if (text === "") return null;
    const number = Number(text);
    return Number.isNaN(number) ? text : number;
  };
  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));

  // What has no figure stands last in either direction.
  function sort(table, index, descending) {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => ({ row, key: value(row.cells[index]) }));
    rows.sort((a, b) => {
      if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
      return descending ? compare(b.key, a.key) : compare(a.key, b.key);
    });
    body.append(...rows.map(({ row }) => row));
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    const headings = Array.from(table.tHead.rows[0].cells);
    headings.forEach((heading, index) => {
      heading.querySelector("button")?.addEventListener("click", () => {
        const before = heading.getAttribute("aria-sort");
        const descending = before ? before === "ascending" : heading.dataset.best === "high";
        headings.forEach((other) => other.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
        sort(table, index, descending);
      });
    });
  }

  // A table that is wider than the page says so, until its end is in view.
  for (const place of document.querySelectorAll(".scroll.wide")) {
    const hint = document.createElement("p");
    hint.className = "more-right";
    hint.textContent = "More columns to the right: scroll the table →";
    place.before(hint);
    const look = () => {
      const more = place.scrollLeft + place.clientWidth < place.scrollWidth - 2;
      place.classList.toggle("more", more);
      hint.hidden = !more;
    };
    place.addEventListener("scroll", look, { passive: true });
    new ResizeObserver(look).observe(place);
    look();
  }
})();
