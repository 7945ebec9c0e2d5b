// The days of a thread: a day's name stands before its first message, in the reader's own time, wherever messages came
// from. It says nothing to the server, which knows no reader's midnight.
import { all, one } from "../dom";
import { startOfDay, words } from "../pieces/when";

function dayOf(element: Element | null): number {
  const time = element && one<HTMLTimeElement>(".msg-foot time, time[data-when=day]", element);
  const at = time?.dateTime ?? (element instanceof HTMLElement ? element.dataset["until"] : "");
  return at ? startOfDay(new Date(at)) : NaN;
}

function named(day: number): HTMLElement {
  const item = document.createElement("li");
  const time = document.createElement("time");
  item.className = "day";
  time.dateTime = new Date(day).toISOString();
  time.dataset["when"] = "day";
  time.textContent = words(new Date(day), "day", new Date());
  item.append(time);
  return item;
}

/** Name each day once; what already stands right is not touched. A gap is as a message of the day that it ends with. */
export function placeDays(): void {
  const stands = new Set<Element>();
  let last = NaN;
  for (const message of all("#messages > :is(.msg[data-seq], .gap)")) {
    const day = dayOf(message);
    const above = message.previousElementSibling;
    if (message.matches(".gap")) {
      last = day;
      continue;
    }
    if (day !== last && above?.matches(".day") && dayOf(above) === day) stands.add(above);
    else if (day !== last) {
      const name = named(day);
      message.before(name);
      stands.add(name);
    }
    last = day;
  }
  for (const name of all("#messages > .day")) if (!stands.has(name)) name.remove();
}
