// Makes pages quicker to use; every page works without it.
import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
// What belongs to a choice is shown by the style sheet; the script would mark radio buttons as
// expanded, which assistive technology does not expect of them.
for (const choices of document.querySelectorAll('[data-module="govuk-radios"]')) {
  delete choices.dataset.module;
}
initAll();

// While a description is typed, offer what may already answer it.
const typed = document.querySelector("[data-similar]");
const offered = document.getElementById("similar");
if (typed && offered) {
  let waiting, asked;
  typed.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const query = typed.value.trim();
      if (query === asked) return;
      asked = query;
      const answer = await fetch(`${typed.dataset.similar}?q=${encodeURIComponent(query)}`);
      if (answer.ok && query === asked) offered.innerHTML = await answer.text();
    }, 400);
  });
}

// While a password is chosen, tell how hard it is to guess.
for (const typed of document.querySelectorAll("[data-strength]")) {
  const told = document.createElement("p");
  const [meter, words] = [document.createElement("meter"), document.createElement("span")];
  told.className = "strength";
  told.setAttribute("role", "status");
  meter.max = 4;
  told.append(meter, " ", words);
  told.hidden = true;
  typed.closest(".govuk-form-group").append(told);
  let waiting;
  typed.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const body = new FormData();
      body.append("password", typed.value);
      body.append("csrf_token", typed.form.elements.csrf_token.value);
      const answer = await fetch(typed.dataset.strength, { method: "POST", body });
      if (!answer.ok) return;
      const { score, text } = await answer.json();
      meter.value = score;
      words.textContent = text;
      told.hidden = typed.value === "";
    }, 400);
  });
}

// A link does not take away what was typed and not saved: the browser asks first.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let unsaved = form.dataset.unsaved === "typed";
  form.addEventListener("input", () => (unsaved = true));
  form.addEventListener("submit", () => (unsaved = false));
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}
