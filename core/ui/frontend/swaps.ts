// The swap style "live": each element of a fragment finds its own place by its id and data-live, once, without a jump.
// Answers use it as hx-swap="live", pushed fragments as hx-swap-oob="live target:#… strip:false".
import htmx from "htmx.org";

type Placer = (element: HTMLElement, target: Element) => HTMLElement | null;

interface Internal {
  morph(old: Element, fragment: DocumentFragment, inner: boolean): void;
}

/** One of the places that a swap puts something into. */
export interface Task {
  target?: Element;
  fragment: DocumentFragment;
}

const placers = new Map<string, Placer>();
let internal: Internal | null = null;

/** `place` puts an element with data-live="<kind>" where it belongs and returns what now stands there, if anything. */
export function register(kind: string, place: Placer): void {
  placers.set(kind, place);
}

/** Morph `old` into `fresh`, keeping focus and state; returns the element that stays. */
export function morph(old: HTMLElement, fresh: HTMLElement): HTMLElement {
  const fragment = document.createDocumentFragment();
  fragment.append(fresh);
  internal?.morph(old, fragment, false);
  return old;
}

/** Called before each swap, with what it is about to put where. */
export function beforeSwap(run: (tasks: Task[]) => void): void {
  document.addEventListener("htmx:before:swap", (event) => run(event.detail.tasks));
}

export function start(): void {
  htmx.registerExtension("marque-live", {
    init: (api: Internal) => {
      internal = api;
    },
    handle_swap: (style: string, target: Element, fragment: DocumentFragment) => {
      if (style !== "live") return false;
      const placed: HTMLElement[] = [];
      for (const element of [...fragment.children]) {
        if (!(element instanceof HTMLElement)) continue;
        const place = placers.get(element.dataset["live"] ?? "");
        const stands = place?.(element, target);
        if (stands) placed.push(stands);
      }
      return placed.length ? placed : [target];
    },
  });
}
