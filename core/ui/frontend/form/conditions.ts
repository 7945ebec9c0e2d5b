// A question that is asked because of an earlier one shows and hides as that is answered, as the server judges it
// (inbox/transports/form/rules/conditions.py). Without a script all are shown.
import { all } from "../dom";

interface Condition {
  key: string;
  op: "is" | "is_not" | "one_of" | "filled";
  values: string[];
}

const fold = (text: string): string => text.trim().toLowerCase();

function holds(when: Condition, given: string[]): boolean {
  const answers = new Set(given.map(fold).filter(Boolean));
  if (when.op === "filled") return answers.size > 0;
  const met = when.values.some((value) => answers.has(fold(value)));
  return when.op === "is_not" ? !met : met;
}

function settle(form: HTMLFormElement): void {
  for (const ask of all<HTMLElement>("[data-ask]", form)) {
    const said = ask.dataset["when"];
    if (!said) continue;
    const when = JSON.parse(said) as Condition;
    // What is hidden is disabled, so that it is missing here and counts as empty.
    const shown = holds(when, new FormData(form).getAll(when.key).map(String));
    ask.hidden = !shown;
    for (const control of all<HTMLInputElement>("input, textarea, select", ask)) control.disabled = !shown;
  }
}

export function start(): void {
  const settleAll = (): void => all<HTMLFormElement>("form[data-conditions]").forEach(settle);
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element ? event.target.closest<HTMLFormElement>("form[data-conditions]") : null;
    if (form) settle(form);
  });
  document.addEventListener("marque:drawn", settleAll);
  addEventListener("pageshow", settleAll);
  settleAll();
}
