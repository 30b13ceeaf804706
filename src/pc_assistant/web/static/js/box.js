// The box for the question: what is wrong with it, how much room is left.

const box = document.getElementById("question");
const form = document.getElementById("ask");
const count = document.getElementById("question-count");
const mistake = document.getElementById("question-error");
const most = Number(form.dataset.most);
const length = (text) => [...text].length;

export function wrong(question) {
  if (!question) return "Enter a question";
  return length(question) > most ? `Shorten your question to ${most.toLocaleString("en-GB")} characters or fewer` : "";
}

export function reproach(text) {
  mistake.hidden = !text;
  mistake.querySelector("[data-mistake]").textContent = text;
  box.classList.toggle("nhsuk-textarea--error", Boolean(text));
  box.closest(".nhsuk-form-group").classList.toggle("nhsuk-form-group--error", Boolean(text));
  if (text) box.setAttribute("aria-invalid", "true");
  else box.removeAttribute("aria-invalid");
  document.querySelector(".nhsuk-error-summary")?.remove();
}

export function counted() {
  const left = most - length(box.value.trim());
  count.hidden = left > most / 10;
  const number = Math.abs(left).toLocaleString("en-GB");
  count.textContent = count.hidden ? "" : `You have ${number} ${number === "1" ? "character" : "characters"} ${left < 0 ? "too many" : "left"}`;
}

export function put(question) {
  box.value = question;
  counted();
}

box.addEventListener("input", () => {
  counted();
  if (!mistake.hidden && !wrong(box.value.trim())) reproach("");
});
box.addEventListener("keydown", (event) => {
  const plain = !(event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || event.isComposing);
  if (event.key === "Enter" && plain && matchMedia("(pointer: fine)").matches) {
    event.preventDefault();
    form.requestSubmit();
  }
});
counted();
