// Builds elements and text nodes from the tree that the server sends (see web/pages/tree.py). Never HTML: the page's policy forbids it.

const TAGS = new Set(
  ("a article button dd details div dl dt em fieldset form h2 h3 h4 input label legend li mark ol p section small span strong summary " +
    "table tbody td textarea th thead tr ul").split(" "),
);
const ATTRIBUTES = new Set(
  "action checked class download for hidden href id maxlength method name open rel role rows scope tabindex target type value".split(" "),
);

function allowed(name, value) {
  if (name === "href" || name === "action") return /^(\/(?!\/)|#|https?:\/\/)/.test(value);
  return ATTRIBUTES.has(name) || name.startsWith("aria-") || name.startsWith("data-");
}

export function build(node) {
  if (typeof node === "string") return document.createTextNode(node);
  const [tag, attributes, ...children] = node;
  if (!TAGS.has(tag)) return document.createTextNode("");
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (allowed(name, value)) element.setAttribute(name, value);
  element.append(...children.map(build));
  return element;
}

export function make(tag, attributes = {}, ...children) {
  return build([tag, attributes, ...children]);
}
