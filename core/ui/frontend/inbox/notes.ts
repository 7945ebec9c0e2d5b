// Reply or Note: which of the two boxes stands in the composer. What is typed into either is drafts.ts, sending composer.ts:
// the words of a note never pass through the box of the reply.
import { all, delegate, one } from "../dom";
import { openConversation } from "./rows";

let chosen = { conversation: "", mode: "" };

function show(mode: string): void {
  for (const tab of all("[data-write]")) {
    const selected = tab.dataset["write"] === mode;
    tab.setAttribute("aria-selected", String(selected));
    tab.tabIndex = selected ? 0 : -1;
    const box = document.getElementById(tab.getAttribute("aria-controls") ?? "");
    if (box) box.hidden = !selected;
  }
}

function choose(tab: HTMLElement): void {
  const mode = tab.dataset["write"] ?? "reply";
  chosen = { conversation: openConversation(), mode };
  show(mode);
  (one<HTMLElement>(`#write-${mode} textarea`) ?? tab).focus();
}

/** After a swap: what somebody chose here stays chosen. */
export function settle(): void {
  if (chosen.conversation === openConversation() && chosen.mode) show(chosen.mode);
}

function onTabKey(tab: HTMLElement, event: KeyboardEvent): void {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  event.preventDefault();
  const other = all("[data-write]").find((each) => each !== tab);
  if (!other) return;
  choose(other);
  other.focus();
}

export function start(): void {
  delegate("click", "[data-write]", choose);
  delegate("keydown", "[data-write]", onTabKey);
}
