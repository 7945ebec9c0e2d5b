// The theme switch: the choice is a cookie, which the server writes into the page, so that nothing flashes.
import { all, delegate } from "../dom";

export function start(): void {
  delegate("click", "[data-theme-choice]", (button) => {
    const choice = button.dataset["themeChoice"] ?? "";
    const age = choice ? 31_536_000 : 0;
    document.cookie = `theme=${choice}; Path=/; Max-Age=${age}; SameSite=Lax`;
    if (choice) document.documentElement.dataset["theme"] = choice;
    else delete document.documentElement.dataset["theme"];
    for (const other of all("[data-theme-choice]")) {
      other.setAttribute("aria-pressed", String(other.dataset["themeChoice"] === choice));
    }
  });
}
