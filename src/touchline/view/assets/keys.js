// The viewer's keys, wherever the focus is: only a field that takes text, or a key that the focused
// element needs itself, comes first.
const ARROWS = new Set(["ArrowLeft", "ArrowRight"]);
const TYPES = "textarea, input:not([type=checkbox]):not([type=range]):not([type=radio])";
const MOVES = "select, canvas, input[type=range], .scroll, pre, .said, #label-list, #list-body";
const PRESSES = "button, summary, a, input[type=checkbox]";

// `acts` are functions by key.
export function listenToKeys(acts) {
  let pointed = null;
  let swallowed = false;
  // What was clicked keeps the focus, and space would press it again where the user means "play".
  document.addEventListener("pointerdown", (event) => { pointed = event.target.closest(PRESSES); });
  document.addEventListener("keydown", (event) => { if (event.key === "Tab") pointed = null; });
  document.addEventListener("keydown", (event) => {
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const at = event.target;
    if (at.closest(TYPES) || at.closest("dialog")) return;
    if (ARROWS.has(event.key) && at.closest(MOVES)) return;
    const press = event.key === " " && at.closest(PRESSES);
    if (press && press !== pointed) return;
    event.preventDefault();
    event.stopPropagation();
    swallowed = event.key === " ";
    act();
  }, { capture: true });
  // Some browsers press a button when the key is let go.
  document.addEventListener("keyup", (event) => {
    if (event.key !== " " || !swallowed) return;
    swallowed = false;
    event.preventDefault();
  }, { capture: true });
}
