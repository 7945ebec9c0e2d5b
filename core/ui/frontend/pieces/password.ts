// The eye beside a password.
import { delegate, one } from "../dom";

export function start(): void {
  delegate("click", "[data-eye]", (button) => {
    const input = one<HTMLInputElement>("input", button.parentElement ?? document);
    if (!input) return;
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
}
