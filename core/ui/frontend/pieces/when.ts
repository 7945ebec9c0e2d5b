// Keeps every <time data-when> in the reader's zone and fresh; core/ui/templatetags/ui.py writes the first words.
import { all } from "../dom";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short" });

export function startOfDay(moment: Date): number {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}

function daysAgo(moment: Date, now: Date): number {
  return Math.round((startOfDay(now) - startOfDay(moment)) / DAY);
}

function date(moment: Date, now: Date, month: "short" | "long"): string {
  const year = moment.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month, ...year }).format(moment);
}

function day(moment: Date, now: Date): string {
  const days = daysAgo(moment, now);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return `${new Intl.DateTimeFormat("en-GB", { weekday: "long" }).format(moment)}, ${date(moment, now, "long")}`;
}

function short(moment: Date, now: Date): string {
  const past = now.getTime() - moment.getTime();
  const days = daysAgo(moment, now);
  if (past < MINUTE) return "now";
  if (past < HOUR) return `${Math.floor(past / MINUTE)} m`;
  if (days === 0 || past < 6 * HOUR) return `${Math.floor(past / HOUR)} h`;
  return days < 7 ? weekday.format(moment) : date(moment, now, "short");
}

export function words(moment: Date, style: string, now: Date): string {
  if (style === "clock") return clock.format(moment);
  if (style === "full") return `${date(moment, now, "short")}, ${clock.format(moment)}`;
  if (style === "coming") return coming(moment, now);
  return style === "day" ? day(moment, now) : short(moment, now);
}

/** When something will be: the time today, the day and time within a week, else the date. */
function coming(moment: Date, now: Date): string {
  const ahead = moment.getTime() - now.getTime();
  if (moment.toDateString() === now.toDateString()) return clock.format(moment);
  if (ahead > 6 * DAY) return date(moment, now, "short");
  return `${new Intl.DateTimeFormat("en-GB", { weekday: "short" }).format(moment)} ${clock.format(moment)}`;
}

/** Elapsed time in one unit: "4 m", "3 h", "2 d"; nothing within the first minute (css/page.css hides its words). */
function elapsed(moment: Date, now: Date): string {
  const past = Math.max(0, now.getTime() - moment.getTime());
  if (past < MINUTE) return "";
  if (past < HOUR) return `${Math.floor(past / MINUTE)} m`;
  return past < 2 * DAY ? `${Math.floor(past / HOUR)} h` : `${Math.floor(past / DAY)} d`;
}

function refresh(root: ParentNode = document): void {
  const now = new Date();
  for (const element of all<HTMLTimeElement>("time[data-when]", root)) {
    const moment = new Date(element.dateTime);
    const style = element.dataset["when"] ?? "short";
    const text = style === "elapsed" ? elapsed(moment, now) : words(moment, style, now);
    if (element.textContent !== text) element.textContent = text;
    if (!element.dataset["zoned"]) {
      element.dataset["zoned"] = "1";
      element.title = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" }).format(moment);
    }
  }
}

export function start(): void {
  refresh();
  setInterval(refresh, 20_000);
  document.addEventListener("htmx:after:settle", () => refresh());
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
}
