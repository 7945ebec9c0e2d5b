// [data-copy="<selector>"] copies that element's text, and says so on the button itself.
import { delegate, one } from "../dom";

export function start(): void {
  delegate("click", "[data-copy]", (button) => {
    const source = one(button.dataset["copy"] ?? "");
    const text = source instanceof HTMLInputElement ? source.value : (source?.textContent ?? "");
    const label = one("[data-copy-label]", button) ?? button;
    const before = label.textContent;
    void navigator.clipboard.writeText(text.trim()).then(() => {
      label.textContent = "Copied";
      setTimeout(() => (label.textContent = before), 1600);
    });
  });
}
