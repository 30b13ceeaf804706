// The panel of sources: one citation at a time beside the text, or all of an answer side by side. On small screens it is a modal dialog.

const panel = document.getElementById("panel");
const title = document.getElementById("panel-title");
const bodies = document.getElementById("panel-bodies");
const wide = matchMedia("(min-width: 64em)");
let sources = [];
let at = 0;
let comparing = false;
let opener = null;

export function open(button) {
  opener = button;
  sources = [...button.closest("[data-answer]").querySelectorAll("[data-body]")];
  at = sources.findIndex((source) => source.dataset.body === button.dataset.source);
  comparing = false;
  show();
  title.focus();
}

// Closes it and leaves the focus where it is: what is asked next is not about that source.
export function dismiss() {
  opener = null;
  panel.close();
}

function show() {
  const modal = comparing || !wide.matches;
  if (panel.open && panel.matches(":modal") !== modal) panel.close("silent");
  if (!panel.open) modal ? panel.showModal() : panel.show();
  panel.classList.toggle("pc-panel--compare", comparing);
  const shown = comparing ? sources : [sources[at]];
  bodies.replaceChildren(...shown.map(copy));
  const number = sources[at].dataset.body;
  title.textContent = comparing ? `All ${sources.length} sources` : `Source ${number} of ${sources.length}`;
  button("previous").hidden = button("next").hidden = comparing || sources.length < 2;
  button("previous").disabled = at === 0;
  button("next").disabled = at === sources.length - 1;
  button("compare").hidden = sources.length < 2;
  button("compare").textContent = comparing ? "One at a time" : "Side by side";
  button("compare").setAttribute("aria-pressed", comparing);
  mark();
}

function copy(source) {
  const clone = source.cloneNode(true);
  clone.removeAttribute("id");
  for (const element of clone.querySelectorAll("[id]")) element.removeAttribute("id");
  const heading = clone.querySelector(".pc-source__heading");
  const named = document.createElement("h3");
  named.className = heading.className;
  named.textContent = comparing ? `${source.dataset.body}. ${heading.textContent}` : heading.textContent;
  heading.replaceWith(named);
  return clone;
}

function button(action) {
  return panel.querySelector(`[data-panel="${action}"]`);
}

// The buttons in the text whose source is open are marked, so that the eye finds back.
function mark() {
  for (const one of document.querySelectorAll(".pc-marker[aria-current]")) one.removeAttribute("aria-current");
  if (!panel.open || comparing) return;
  const answer = sources[at].closest("[data-answer]");
  for (const one of answer.querySelectorAll(`[data-source="${sources[at].dataset.body}"]`)) one.setAttribute("aria-current", "true");
}

function step(by) {
  at += by;
  show();
  title.focus();
}

panel.addEventListener("click", (event) => {
  const action = event.target.closest("[data-panel]")?.dataset.panel;
  if (action === "close") panel.close();
  if (action === "previous") step(-1);
  if (action === "next") step(1);
  if (action === "compare") {
    comparing = !comparing;
    show();
    title.focus();
  }
});
panel.addEventListener("close", () => {
  if (panel.open) return;
  panel.returnValue = "";
  mark();
  if (document.activeElement === document.body) opener?.focus(); // the browser has given it back, and it may have gone on since
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel.open && !panel.matches(":modal")) panel.close();
});
wide.addEventListener("change", () => panel.open && show());
