// Asks without leaving the page, and shows the answer as it comes. Without this module the same form works by itself.
import { counted, put, reproach, wrong } from "./box.js";
import { copy } from "./copy.js";
import { build, make } from "./elements.js";
import { give } from "./feedback.js";
import { dismiss, open } from "./panel.js";
import { forget, remember, show } from "./session.js";
import { ask, Problem } from "./stream.js";
import { begin, fail, finish, write } from "./turn.js";

const form = document.getElementById("ask");
const box = document.getElementById("question");
const submit = form.querySelector("[type=submit]");
const stop = form.querySelector("[data-action=stop]");
const conversation = document.getElementById("conversation");
const tools = document.getElementById("tools");
const list = document.getElementById("conversations");
const { prefix } = form.dataset;
const PATIENCE = 6000;
const READ_OUT = 30000;
const THERE = "The answer is there, but could not be fetched: reload this page to see it.";
let asking = null;
let here = location.pathname;

const id = () => form.elements.conversation_id.value;

function tell(where, text) {
  document.getElementById(where).textContent = text;
}

// Links that open sources become buttons, and what needs this module is shown.
function enhance(root) {
  for (const link of root.querySelectorAll("a.pc-marker")) {
    const { source } = link.dataset;
    const name = link.getAttribute("aria-label");
    const attributes = { class: "pc-marker", type: "button", "data-source": source, "aria-label": name, "aria-haspopup": "dialog" };
    link.replaceWith(make("button", attributes, source));
  }
  for (const element of root.querySelectorAll("[data-script]")) element.hidden = false;
  return root;
}

async function send(question) {
  const mistake = wrong(question);
  reproach(mistake);
  if (mistake) return box.focus();
  asking?.abort();
  dismiss();
  const mine = (asking = new AbortController());
  for (const element of document.querySelectorAll("[data-start], .pc-done")) element.hidden = true;
  const turn = begin(question);
  conversation.append(turn.article);
  busy(true);
  turn.heading.scrollIntoView();
  turn.heading.focus({ preventScroll: true });
  tell("announced", "");
  tell("progress", "Searching the documents");
  const slow = setTimeout(() => {
    turn.status.textContent = "Still searching the documents …";
    tell("progress", "Still searching the documents");
  }, PATIENCE);
  try {
    let said = "";
    const body = id() ? { question, conversation_id: id() } : { question };
    const answer = await ask(body, mine.signal, (text) => write(turn, (said += text)));
    await complete(turn, answer, mine.signal);
    if (box.value.trim() === question) put("");
  } catch (error) {
    const lost = error.status === 404 && id() !== "";
    if (lost) form.elements.conversation_id.value = "";
    tell("progress", fail(turn, error, lost));
    if (!box.value) put(question);
  } finally {
    clearTimeout(slow);
    if (asking === mine) {
      asking = null;
      busy(false);
    }
  }
}

function busy(is) {
  if (!is && document.activeElement === stop) box.focus();
  stop.hidden = !is;
  submit.setAttribute("aria-disabled", is);
  const label = form.querySelector("label");
  label.textContent = conversation.childElementCount ? label.dataset.next : label.dataset.first;
}

async function complete(turn, answer, signal) {
  const response = await fetch(`${prefix}/answers/${answer.id}/card`, { signal }).catch((error) => {
    throw error.name === "AbortError" ? error : new Problem(THERE);
  });
  if (!response.ok) throw new Problem(THERE, response.status);
  const { card, tools: about, announced, title } = await response.json();
  finish(turn, enhance(card.map(build).find((node) => node instanceof Element)));
  tools.replaceChildren(...about.map(build));
  enhance(tools);
  settle(answer.conversation_id, turn.heading.querySelector("[data-question]").textContent);
  document.title = title;
  tell("progress", "");
  tell("announced", announced);
  setTimeout(() => tell("announced", ""), READ_OUT); // or those who read the page on would meet the answer twice
}

function settle(conversationId, question) {
  if (id() !== conversationId) history.pushState(null, "", `${prefix}/conversations/${conversationId}`);
  here = location.pathname;
  form.elements.conversation_id.value = conversationId;
  remember(conversationId, question);
  show(list, prefix, conversationId);
}

function questionOf(element) {
  return element.closest("article").querySelector("[data-question]").textContent;
}

const ACTIONS = {
  again(button) {
    const question = questionOf(button);
    button.closest(".pc-answer--failed, .pc-answer--stopped")?.remove();
    send(question);
  },
  edit(button) {
    put(questionOf(button));
    box.focus();
  },
  async copy(button) {
    tell("progress", await copy(button, `${prefix}/answers/${button.closest("[data-answer]").dataset.answer}.txt`));
  },
  print(button) {
    const alone = button.closest("article");
    for (const article of conversation.children) article.classList.toggle("pc-answer--unprinted", alone !== null && article !== alone);
    print();
  },
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
addEventListener("popstate", () => location.pathname === here || location.reload());
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details.pc-source")) details.open = true;
  for (const link of document.querySelectorAll(".pc-links a")) link.dataset.address = link.href; // on paper, where a path is no address
});
addEventListener("afterprint", () => {
  for (const article of conversation.children) article.classList.remove("pc-answer--unprinted");
});

enhance(document);
if (form.dataset.gone) forget(form.dataset.gone);
if (id()) remember(id(), document.querySelector("[data-question]")?.textContent ?? "");
show(list, prefix, id());
counted();
