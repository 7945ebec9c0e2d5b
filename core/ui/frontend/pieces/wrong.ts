// A page that comes back because something in it is wrong begins at the first such thing, also in what is folded.
import { all, delegate, one } from "../dom";

const WRONG = "main form :is(.field-error, .notice-error[role=alert])";
const CONTROL = "input:not([type=hidden]), textarea, select";

/** What an error is about: its field's control, or the words themselves where it is about more than one field. */
function about(wrong: HTMLElement): HTMLElement {
  const field = wrong.closest<HTMLElement>(".field");
  const control = field && (one("[aria-invalid]", field) ?? one(CONTROL, field));
  if (!control) wrong.tabIndex = -1;
  return control ?? wrong;
}

function goToFirst(): void {
  const wrong = all(WRONG).find((one) => !one.closest("[hidden]"));
  if (!wrong) return;
  for (let fold = wrong.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
  about(wrong).focus({ preventScroll: true });
  (wrong.closest(".field") ?? wrong).scrollIntoView({ block: "center" });
}

export function start(): void {
  delegate("click", "[data-first-wrong]", (_, event) => {
    event.preventDefault();
    goToFirst();
  });
  // A page that says itself where it begins is left to it.
  if (document.activeElement === null || document.activeElement === document.body) goToFirst();
}
