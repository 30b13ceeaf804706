// Copies an answer with its sources. A frame, or a page that was not fetched over HTTPS, has no clipboard of its own to write to: there
// the text is selected and copied as if by hand.
import { make } from "./elements.js";

const DONE = "Copied";
const FAILED = "Could not be copied";
const NOT_ALLOWED = "The page around a frame seldom allows it, and the browser complains of every try.";

// Gives the words for the status line.
export async function copy(button, address) {
  const label = button.textContent;
  const text = fetch(address).then((response) => (response.ok ? response.text() : Promise.reject(response.status)));
  const done = await (self === top ? written(text) : Promise.reject(NOT_ALLOWED))
    .catch(async () => byHand(await text, button))
    .catch(() => false);
  button.textContent = done ? DONE : FAILED;
  setTimeout(() => (button.textContent = label), 4000);
  return done ? "Copied with its sources" : "It could not be copied: save it as Markdown instead";
}

// The text is handed over as a promise: a browser that asks for a press of a button first must not have to wait for the text.
async function written(text) {
  const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  return true;
}

function byHand(text, button) {
  const area = make("textarea", { class: "nhsuk-u-visually-hidden", "aria-hidden": "true", tabindex: "-1" });
  area.value = text;
  document.body.append(area);
  area.focus({ preventScroll: true });
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  button.focus({ preventScroll: true });
  return done;
}
