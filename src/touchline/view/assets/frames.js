// The frames of a window as a strip of small pictures, and each of them large in a dialog.
const find = (id) => document.getElementById(id);

export const make = (tag, text = "", name = "") => {
  const element = document.createElement(tag);
  element.textContent = text;
  if (name) element.className = name;
  return element;
};
export const clock = (ms) => touchline.clock(ms, true);

export async function get(address) {
  const answer = await fetch(address);
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

// Which of `count` places are shown where only `most` fit: the first, the last, evenly between.
export function evenly(count, most) {
  if (count <= most) return Array.from({ length: count }, (_, place) => place);
  return Array.from({ length: most }, (_, place) => Math.round((place * (count - 1)) / Math.max(1, most - 1)));
}

// `prompt` is what the server says of the window's prompt; `address` is that of the window.
export function strip(prompt, address, most = Infinity) {
  const all = prompt.frame_times_ms.map((time, place) => ({
    source: `${address}/frame/${place}`,
    name: `Frame at ${clock(time)}`,
    caption: prompt.control === "shuffled" ? `place ${place + 1}` : clock(time),
  }));
  const row = make("div", "", "strip");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Frames of the window");
  for (const place of evenly(all.length, most)) {
    const figure = make("figure");
    const button = make("button", "", "frame");
    button.type = "button";
    button.setAttribute("aria-label", `Enlarge: ${all[place].name}`);
    const image = make("img");
    image.loading = "lazy";
    image.alt = all[place].name;
    image.src = all[place].source;
    button.append(image);
    button.addEventListener("click", () => enlarge(all, place));
    figure.append(button, make("figcaption", all[place].caption));
    row.append(figure);
  }
  return row;
}

let shown = { all: [], place: 0 };

function picture() {
  const { all, place } = shown;
  const image = find("frame-large");
  image.src = all[place].source;
  image.alt = all[place].name;
  find("frame-caption").textContent = `${all[place].caption}, ${place + 1} of ${all.length}`;
}

function turn(by) {
  shown.place = Math.min(Math.max(shown.place + by, 0), shown.all.length - 1);
  picture();
}

function enlarge(all, place) {
  shown = { all, place };
  picture();
  find("frame-dialog").showModal();
}

export function listenToFrames() {
  const dialog = find("frame-dialog");
  find("frame-before").addEventListener("click", () => turn(-1));
  find("frame-after").addEventListener("click", () => turn(1));
  find("frame-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    turn(by);
  });
  // Only the dialog itself, not what is in it, is the target of a click beside the picture.
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}
