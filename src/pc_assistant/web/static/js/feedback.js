// Sends what a person says of an answer without leaving the page.
import { make } from "./elements.js";

const THANKS = "Thank you. What you said is kept with this answer.";
const FAILED = "That could not be sent: try again in a moment.";

export async function give(form, button) {
  const said = new FormData(form);
  const body = { answer_id: said.get("answer_id"), rating: button.value, comment: said.get("comment") ?? "", reasons: said.getAll("reasons") };
  const { ok } = await fetch("/v1/feedback", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => ({ ok: false }));
  const place = form.closest(".pc-feedback");
  const told = make("p", { class: "pc-feedback__thanks", tabindex: "-1" }, ok ? THANKS : FAILED);
  place.querySelector(".pc-feedback__thanks")?.remove();
  if (ok) place.replaceChildren(told);
  else place.append(told);
  told.focus();
}
