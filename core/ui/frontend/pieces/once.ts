// A form is sent once: its button shows that it is on its way.
import { all } from "../dom";

function free(form: HTMLElement): void {
  delete form.dataset["sent"];
  for (const button of all("button[type=submit]", form)) button.removeAttribute("aria-busy");
}

export function start(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.hasAttribute("data-again")) return;
    if (form.dataset["sent"]) return event.preventDefault();
    form.dataset["sent"] = "1";
    for (const button of all("button[type=submit]", form)) button.setAttribute("aria-busy", "true");
    setTimeout(() => free(form), 8000);
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach(free));
}
