// Asks without leaving the page, and shows the answer as it comes. Without this module the same form works by itself.
import { build, make } from "./elements.js";
import { open } from "./panel.js";
import { forget, remember, show } from "./session.js";
import { ask, lines, Problem } from "./stream.js";

const form = document.getElementById("ask");
const box = document.getElementById("question");
const submit = form.querySelector("[type=submit]");
const stop = form.querySelector("[data-action=stop]");
const count = document.getElementById("question-count");
const mistake = document.getElementById("question-error");
const conversation = document.getElementById("conversation");
const tools = document.getElementById("tools");
const list = document.getElementById("conversations");
const { prefix } = form.dataset;
const most = Number(form.dataset.most);
const PATIENCE = 6000;
let asking = null;
let here = location.pathname;

const id = () => form.elements.conversation_id.value;
const length = (text) => [...text].length;

function tell(where, text) {
  document.getElementById(where).textContent = text;
}

// Links that open sources become buttons, and what needs this module is shown.
function enhance(root) {
  for (const link of root.querySelectorAll("a.pc-marker")) {
    const { source } = link.dataset;
    const name = link.getAttribute("aria-label");
    link.replaceWith(
      make("button", { class: "pc-marker", type: "button", "data-source": source, "aria-label": name, "aria-haspopup": "dialog" }, source),
    );
  }
  for (const element of root.querySelectorAll("[data-action][hidden], [data-script][hidden]")) element.hidden = false;
  return root;
}

function checked(question) {
  const long = length(question) - most;
  if (!question) return "Enter a question";
  return long > 0 ? `Shorten your question to ${most.toLocaleString("en-GB")} characters or fewer` : "";
}

function reproach(text) {
  mistake.hidden = !text;
  mistake.querySelector("[data-mistake]").textContent = text;
  box.classList.toggle("nhsuk-textarea--error", Boolean(text));
  box.closest(".nhsuk-form-group").classList.toggle("nhsuk-form-group--error", Boolean(text));
  text ? box.setAttribute("aria-invalid", "true") : box.removeAttribute("aria-invalid");
  document.querySelector(".nhsuk-error-summary")?.remove();
}

function counted() {
  const left = most - length(box.value.trim());
  count.hidden = left > most / 10;
  const number = Math.abs(left).toLocaleString("en-GB");
  count.textContent = count.hidden ? "" : `You have ${number} characters ${left < 0 ? "too many" : "left"}`;
}

function begun(question) {
  const heading = make("h2", { class: "pc-question", tabindex: "-1" });
  heading.append(make("span", { class: "nhsuk-u-visually-hidden" }, "You asked: "), make("span", { "data-question": "" }, question));
  const text = make("div", { class: "pc-text", "aria-busy": "true" });
  const status = make("p", { class: "pc-status" }, "Searching the documents …");
  const article = make("article", { class: "pc-answer pc-answer--waiting" });
  const reply = make("div", { class: "pc-reply" });
  reply.append(status, text);
  article.append(heading, reply);
  conversation.append(article);
  return { article, heading, status, text };
}

async function send(question) {
  const wrong = checked(question);
  reproach(wrong);
  if (wrong) return box.focus();
  asking?.abort();
  const mine = (asking = new AbortController());
  for (const element of document.querySelectorAll("[data-start], .pc-done")) element.hidden = true;
  const turn = begun(question);
  busy(true);
  turn.heading.focus();
  tell("announced", "");
  tell("progress", "Searching the documents");
  const slow = setTimeout(() => later(turn), PATIENCE);
  try {
    let said = "";
    const body = id() ? { question, conversation_id: id() } : { question };
    const answer = await ask(body, mine.signal, (text) => {
      said += text;
      turn.status.textContent = "Writing the answer …";
      turn.text.replaceChildren(...lines(said).map((line) => make("p", { class: "nhsuk-body" }, line)));
    });
    if (box.value.trim() === question) box.value = "";
    await complete(turn, answer, mine.signal);
  } catch (error) {
    failed(turn, question, error);
  } finally {
    clearTimeout(slow);
    if (asking === mine) {
      asking = null;
      busy(false);
    }
    counted();
  }
}

function later(turn) {
  turn.status.textContent = "Still searching the documents …";
  tell("progress", "Still searching the documents");
}

function busy(is) {
  stop.hidden = !is;
  submit.setAttribute("aria-disabled", is);
  const label = form.querySelector("label");
  if (conversation.childElementCount) label.textContent = label.dataset.next;
}

async function complete(turn, answer, signal) {
  const response = await fetch(`${prefix}/answers/${answer.id}/card`, { signal }).catch((error) => {
    throw error.name === "AbortError" ? error : new Problem("The answer is there, but could not be fetched: reload this page to see it.");
  });
  if (!response.ok) throw new Problem("The answer is there, but could not be shown: reload this page to see it.", response.status);
  const { card, tools: about, announced } = await response.json();
  const focused = turn.article.contains(document.activeElement);
  const shown = enhance(card.map(build).find((node) => node instanceof Element));
  turn.article.replaceWith(shown);
  if (focused) shown.querySelector(".pc-question").focus({ preventScroll: true });
  tools.replaceChildren(...about.map(build));
  enhance(tools);
  settled(answer.conversation_id, shown.querySelector("[data-question]").textContent);
  tell("progress", "");
  tell("announced", announced);
}

function settled(conversationId, question) {
  const address = `${prefix}/conversations/${conversationId}`;
  if (id() !== conversationId) history.pushState(null, "", address);
  here = location.pathname;
  form.elements.conversation_id.value = conversationId;
  remember(conversationId, question);
  show(list, prefix, conversationId);
}

function failed(turn, question, error) {
  const stopped = error.name === "AbortError";
  const message = stopped ? "Stopped." : error instanceof Problem ? error.message : "Something went wrong on this page.";
  turn.article.className = "pc-answer pc-answer--failed";
  turn.status.textContent = message;
  turn.text.removeAttribute("aria-busy");
  const actions = make("div", { class: "pc-actions" });
  const lost = error.status === 404 && id();
  if (lost) form.elements.conversation_id.value = "";
  actions.append(
    make("button", { class: "pc-action", type: "button", "data-action": "again" }, lost ? "Ask in a new conversation" : "Try again"),
    make("button", { class: "pc-action", type: "button", "data-action": "edit" }, "Edit question"),
  );
  turn.article.lastChild.append(actions);
  if (!stopped && !box.value) box.value = question;
  tell("progress", message);
}

async function copy(button) {
  const answer = button.closest("[data-answer]").dataset.answer;
  try {
    const response = await fetch(`${prefix}/answers/${answer}.txt`);
    if (!response.ok) throw new Error("not there");
    await navigator.clipboard.writeText(await response.text());
    tell("progress", "Copied with its sources");
    button.textContent = "Copied";
  } catch {
    tell("progress", "It could not be copied: save it as Markdown instead");
    button.textContent = "Could not be copied";
  }
  setTimeout(() => (button.textContent = "Copy with sources"), 4000);
}

async function give(sent, button) {
  const said = new FormData(sent);
  const body = { answer_id: said.get("answer_id"), rating: button.value, comment: said.get("comment") ?? "", reasons: said.getAll("reasons") };
  const response = await fetch("/v1/feedback", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => ({ ok: false }));
  const place = sent.closest(".pc-feedback");
  const words = response.ok ? "Thank you. What you said is kept with this answer." : "That could not be sent: try again in a moment.";
  const said_ = make("p", { class: "pc-feedback__thanks", tabindex: "-1" }, words);
  place.querySelector(".pc-feedback__thanks")?.remove();
  response.ok ? place.replaceChildren(said_) : place.append(said_);
  said_.focus();
}

function questionOf(element) {
  return element.closest("article").querySelector("[data-question]").textContent;
}

const ACTIONS = {
  again(button) {
    const question = questionOf(button);
    const article = button.closest("article");
    if (article.classList.contains("pc-answer--failed")) article.remove();
    send(question);
  },
  edit(button) {
    box.value = questionOf(button);
    counted();
    box.focus();
  },
  copy,
  print: () => print(),
  stop: () => asking?.abort(),
};

document.addEventListener("click", (event) => {
  const marker = event.target.closest("button.pc-marker");
  const action = event.target.closest("[data-action]");
  const link = event.target.closest("a[data-ask]");
  if (marker) open(marker);
  else if (action) ACTIONS[action.dataset.action](action);
  else if (link && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
    event.preventDefault();
    send(link.dataset.ask);
  }
});
document.addEventListener("submit", (event) => {
  const sent = event.target;
  if (sent.dataset.forget) forget(sent.dataset.forget);
  else if (sent === form || "feedback" in sent.dataset) {
    event.preventDefault();
    if (sent !== form) give(sent, event.submitter);
    else if (!asking) send(box.value.trim());
  }
});
box.addEventListener("input", () => {
  counted();
  if (!mistake.hidden && !checked(box.value.trim())) reproach("");
});
box.addEventListener("keydown", (event) => {
  const plain = !(event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || event.isComposing);
  if (event.key === "Enter" && plain && matchMedia("(pointer: fine)").matches) {
    event.preventDefault();
    form.requestSubmit();
  }
});
addEventListener("popstate", () => location.pathname === here || location.reload());
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details.pc-source")) details.open = true;
});

enhance(document);
if (id()) remember(id(), document.querySelector("[data-question]")?.textContent ?? "");
show(list, prefix, id());
counted();
