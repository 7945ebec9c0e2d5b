// The times of the snooze menu, in the reader's own zone: which moment each choice means, and how it is said.
import { all, one } from "../dom";

const MORNING = 9;

function at(day: Date, hour: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), hour);
}

function inDays(days: number): Date {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
}

const CHOICES: Record<string, () => Date> = {
  later: () => new Date(Math.ceil((Date.now() + 3 * 3_600_000) / 1_800_000) * 1_800_000),
  tomorrow: () => at(inDays(1), MORNING),
  monday: () => at(inDays(((8 - new Date().getDay()) % 7) || 7), MORNING),
};

const words = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit" });

/** A local day and time as the field writes it. */
function fieldValue(moment: Date): string {
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

function fill(): void {
  for (const button of all<HTMLButtonElement>("#menu [data-until]")) {
    const moment = CHOICES[button.dataset["until"] ?? ""]?.();
    if (!moment) continue;
    button.value = moment.toISOString();
    const end = one("[data-until-words]", button);
    if (end) end.textContent = words.format(moment);
  }
  const field = one<HTMLInputElement>("#menu [data-until-field]");
  if (!field) return;
  field.min = fieldValue(new Date());
  field.value = fieldValue(at(inDays(1), MORNING));
  say(field);
}

function say(field: HTMLInputElement): void {
  const hidden = field.form?.elements.namedItem("until");
  if (hidden instanceof HTMLInputElement) hidden.value = field.value ? new Date(field.value).toISOString() : "";
}

export function start(): void {
  document.addEventListener("menu-filled", fill);
  document.addEventListener("input", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.matches("[data-until-field]")) say(event.target);
  });
}
