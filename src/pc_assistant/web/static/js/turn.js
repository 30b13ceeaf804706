// One question while it waits for its answer, or has failed to get one.
import { make } from "./elements.js";
import { lines, Problem } from "./stream.js";

const WENT_WRONG = "Something went wrong on this page.";
const INCOMPLETE = " What stands here was checked, but it may not be all, and its sources are missing.";
const LOST = "This conversation is not kept any more.";

export function begin(question) {
  const heading = make("h2", { class: "pc-question", tabindex: "-1" });
  heading.append(make("span", { class: "nhsuk-u-visually-hidden" }, "You asked: "), make("span", { "data-question": "" }, question));
  const status = make("p", { class: "pc-status" }, "Searching the documents …");
  const text = make("div", { class: "pc-text", "aria-busy": "true" });
  const reply = make("div", { class: "pc-reply" });
  const article = make("article", { class: "pc-answer pc-answer--waiting" });
  reply.append(status, text);
  article.append(heading, reply);
  return { article, heading, status, text, reply };
}

export function write(turn, markdown) {
  turn.status.textContent = "Writing the answer …";
  turn.text.replaceChildren(...lines(markdown).map((line) => make("p", { class: "nhsuk-body" }, line)));
}

// Puts the whole answer in the place of what was streamed. The heading stays: it may have the focus, and would be read again.
export function finish({ article, heading }, shown) {
  const named = shown.querySelector(".pc-question");
  heading.id = named.id;
  heading.replaceChildren(...named.childNodes);
  for (const { name, value } of shown.attributes) article.setAttribute(name, value);
  while (heading.nextSibling) heading.nextSibling.remove();
  named.remove();
  article.append(...shown.childNodes);
}

// Shows why there is no answer, and what to do; gives the words of it.
export function fail(turn, error, lost) {
  const stopped = error.name === "AbortError";
  const reason = stopped ? "Stopped." : lost ? LOST : error instanceof Problem ? error.message : WENT_WRONG;
  const message = reason + (turn.text.hasChildNodes() ? INCOMPLETE : "");
  turn.article.className = `pc-answer pc-answer--${stopped ? "stopped" : "failed"}`;
  turn.status.textContent = message;
  turn.text.removeAttribute("aria-busy");
  const actions = make("div", { class: "pc-actions" });
  actions.append(
    make("button", { class: "pc-action", type: "button", "data-action": "again" }, lost ? "Ask in a new conversation" : "Try again"),
    make("button", { class: "pc-action", type: "button", "data-action": "edit" }, "Edit question"),
  );
  turn.reply.append(actions);
  return message;
}
