// The bell: its count is fetched when this person's own socket says that something was told or read, and what is opened
// from its list is read.
import { all, delegate } from "../dom";
import { hear } from "../events";
import { post } from "../requests";

const BELL = "[data-count][data-count-url]"; // other pieces have an address of a count as well
const SOON = 250;
let waiting = 0;

async function refresh(): Promise<void> {
  waiting = 0;
  for (const count of all(BELL)) {
    const answer = await fetch(count.dataset["countUrl"] ?? "").catch(() => null);
    if (!answer?.ok || answer.redirected) continue; // the next event tries again
    count.textContent = await answer.text();
    count.hidden = count.textContent === "";
  }
}

export function start(): void {
  for (const type of ["notice_added", "notices_read", "resync"] as const) {
    hear(type, () => {
      waiting ||= window.setTimeout(() => void refresh(), SOON);
    });
  }
  delegate("click", "[data-notice]", (link) => {
    link.closest(".told")?.classList.remove("told-new");
    post(link.dataset["notice"] ?? "");
    delete link.dataset["notice"];
  });
}
