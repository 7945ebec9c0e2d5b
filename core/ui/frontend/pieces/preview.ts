// A form with data-preview="<frame>" shows what it would become: the frame follows what stands in its fields, unsaved.
// The frame is drawn as a desktop page and scaled into its place.
import { one } from "../dom";

const WIDTH = "1180"; // CSS pixels, unless the frame says otherwise by data-width
const WAIT = 250;

function addressOf(form: HTMLFormElement, base: string): string {
  const values = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value && name !== "csrfmiddlewaretoken") values.append(name, value);
  }
  return `${base}?${values.toString()}`;
}

function fit(frame: HTMLIFrameElement, stage: HTMLElement): void {
  const scale = Math.min(1, stage.clientWidth / Number(frame.dataset["width"] ?? WIDTH));
  frame.style.width = `${stage.clientWidth / scale}px`;
  frame.style.height = `${stage.clientHeight / scale}px`;
  frame.style.transform = `scale(${scale})`;
}

export function start(): void {
  const form = one<HTMLFormElement>("form[data-preview]");
  const frame = form && one<HTMLIFrameElement>(form.dataset["preview"] ?? "");
  const stage = frame?.parentElement;
  if (!form || !frame || !stage) return;
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => frame.contentWindow?.location.replace(addressOf(form, frame.dataset["src"] ?? "")), WAIT);
  });
  new ResizeObserver(() => fit(frame, stage)).observe(stage);
}
