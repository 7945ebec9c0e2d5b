// The few DOM helpers every piece shares.

export function all<E extends Element = HTMLElement>(selector: string, root: ParentNode = document): E[] {
  return [...root.querySelectorAll<E>(selector)];
}

export function one<E extends Element = HTMLElement>(selector: string, root: ParentNode = document): E | null {
  return root.querySelector<E>(selector);
}

/** Calls `run` with the element under `selector` that an event of this type came from. */
export function delegate<K extends keyof HTMLElementEventMap>(
  type: K,
  selector: string,
  run: (element: HTMLElement, event: HTMLElementEventMap[K]) => void,
): void {
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
    if (found) run(found, event);
  });
}

const TYPED = "textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=reset], [type=file])";

/** A field that was just hidden with its menu keeps the focus until the next frame: nobody types there. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches(TYPED)) && target.checkVisibility();
}

/** The signed-in person's id, or "". */
export function me(): string {
  return document.body.dataset["userId"] ?? "";
}

/** Whether everything can be read here and nothing written (tenants/refusals.py). */
export function isReadOnly(): boolean {
  return "readOnly" in document.body.dataset;
}
