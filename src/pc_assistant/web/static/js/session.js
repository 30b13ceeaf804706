// The conversations begun in this tab; the browser forgets them when the tab is closed.
import { make } from "./elements.js";

const KEY = "pc-conversations";
const MOST = 30;

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}

function keep(conversations) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(conversations.slice(0, MOST)));
  } catch {
    // A browser that keeps nothing for an embedded page has no list.
  }
}

export function remember(id, title) {
  const others = kept().filter((one) => one.id !== id);
  const known = kept().find((one) => one.id === id);
  keep([{ id, title: known?.title ?? title }, ...others]);
}

export function forget(id) {
  keep(kept().filter((one) => one.id !== id));
}

export function show(nav, prefix, current) {
  const conversations = kept();
  nav.hidden = conversations.length === 0;
  nav.querySelector("ul").replaceChildren(
    ...conversations.map(({ id, title }) => {
      const link = make("a", { href: `${prefix}/conversations/${encodeURIComponent(id)}` }, title);
      if (id === current) link.setAttribute("aria-current", "page");
      return make("li", {}, "").appendChild(link).parentNode;
    }),
  );
}
