// A form is sent once: its button shows that it is on its way.
import { all } from "../dom";

export function start(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.hasAttribute("data-again")) return;
    if (form.dataset["sent"]) return event.preventDefault();
    form.dataset["sent"] = "1";
    for (const button of all<HTMLButtonElement>("button[type=submit]", form)) button.setAttribute("aria-busy", "true");
    setTimeout(() => delete form.dataset["sent"], 8000);
  });
  addEventListener("pageshow", () => {
    for (const form of all("form[data-sent]")) delete form.dataset["sent"];
    for (const button of all("[aria-busy]")) button.removeAttribute("aria-busy");
  });
}
