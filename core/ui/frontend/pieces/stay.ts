// Counts a support person's stay down in its bar; when it is over the page is asked for again, and is refused.
import { all } from "../dom";

function refresh(): void {
  for (const bar of all<HTMLElement>("[data-until]")) {
    const left = Date.parse(bar.dataset["until"] ?? "") - Date.now();
    const words = bar.querySelector("[data-until-text]");
    if (words) words.textContent = left > 0 ? `${Math.ceil(left / 60_000)} min left` : "Time is up";
    if (left <= -2_000) location.reload();
  }
}

export function start(): void {
  if (!document.querySelector("[data-until]")) return;
  refresh();
  setInterval(refresh, 5_000);
}
