// Menus that are fetched when they are opened: [data-menu="<url>"], a link to the menu's own page, shows what that
// address answers in #menu, beside the link or, opened by a key, beside its head. Arrows walk, typing narrows ([data-menu-find]), choosing closes.
import htmx, { type HtmxRequestCtx } from "htmx.org";
import { all, delegate, one } from "../dom";
import { QUIET } from "../requests";

const GAP = 6;
const MARGIN = 8;

// A rule, not a style attribute: the policy refuses those wherever the element's markup is read again.
const spot = new CSSStyleSheet();

const menu = (): HTMLElement | null => one("#menu");

/** Below the button where there is room, above it where there is none; never out of the window. */
function place(box: HTMLElement, anchor: DOMRect): void {
  const { width, height } = box.getBoundingClientRect();
  const left = Math.max(MARGIN, Math.min(anchor.right - width, innerWidth - width - MARGIN));
  const below = anchor.bottom + GAP;
  const top = below + height + MARGIN <= innerHeight ? below : Math.max(MARGIN, anchor.top - height - GAP);
  spot.replaceSync(`#menu { left: ${left}px; top: ${top}px; }`);
}

function anchorOf(button: HTMLElement): DOMRect {
  const rect = button.getBoundingClientRect();
  if (rect.width > 0) return rect;
  return (button.closest<HTMLElement>(".thread-head, .list-tools, .bulk-bar") ?? document.body).getBoundingClientRect();
}

async function open(button: HTMLElement): Promise<void> {
  const box = menu();
  const url = button.dataset["menu"];
  if (!box || !url) return;
  const anchor = box.contains(button) ? null : anchorOf(button);
  box.dataset["for"] = url;
  if (!box.matches(":popover-open")) {
    box.replaceChildren();
    box.showPopover();
  }
  if (anchor) place(box, anchor);
  await htmx.ajax("GET", url, { source: box, target: box, swap: "innerHTML", headers: QUIET });
  if (box.dataset["for"] !== url) return;
  box.dispatchEvent(new CustomEvent("menu-filled", { bubbles: true }));
  if (anchor) place(box, anchor);
  (one("[data-menu-find]", box) ?? one(".menu-item[aria-current], .menu-item", box))?.focus();
}

function items(): HTMLElement[] {
  return all(".menu-item", menu() ?? document.body).filter((item) => !item.hidden);
}

function walk(step: 1 | -1): void {
  const found = items();
  const here = found.indexOf(document.activeElement as HTMLElement);
  found[(here + step + found.length) % found.length]?.focus();
}

function narrow(field: HTMLInputElement): void {
  const wanted = field.value.trim().toLowerCase();
  for (const item of all(".menu-item[data-find]", menu() ?? document.body)) {
    item.hidden = !(item.dataset["find"] ?? "").toLowerCase().includes(wanted);
  }
}

function onKey(event: KeyboardEvent): void {
  const box = menu();
  if (!box?.matches(":popover-open") || !(event.target instanceof HTMLElement) || !box.contains(event.target)) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" && event.target.matches("[data-menu-find]")) items()[0]?.click();
  else return;
  event.preventDefault();
}

/** Of a menu that stays open ([data-stay]), such as the labels', one choice is made: it is there for the next. */
function onDone(event: Event): void {
  const source = (event as CustomEvent<{ ctx?: HtmxRequestCtx }>).detail?.ctx?.sourceElement;
  const box = menu();
  if (!box?.matches(":popover-open") || !source?.closest("#menu form[data-stay]")) return;
  const again = document.createElement("button");
  again.dataset["menu"] = box.dataset["for"] ?? "";
  box.append(again);
  void open(again);
}

export function close(): void {
  const box = menu();
  if (box?.matches(":popover-open")) box.hidePopover();
}

export function start(): void {
  document.adoptedStyleSheets.push(spot);
  delegate("click", "[data-menu]", (button, event) => {
    if (event instanceof MouseEvent && (event.ctrlKey || event.metaKey || event.shiftKey)) return; // a link like any other
    event.preventDefault();
    void open(button);
  });
  delegate("input", "[data-menu-find]", (field) => narrow(field as HTMLInputElement));
  delegate("click", "#menu .menu-item:not([data-menu], [type=submit])", close);
  document.addEventListener("keydown", onKey);
  document.addEventListener("submit", (event) => {
    if (event.target instanceof Element && event.target.closest("#menu:not(:has([data-stay]))")) setTimeout(close);
  });
  document.addEventListener("htmx:after:request", onDone);
}
