// form[data-upload]: a large file is sent with a bar that says how far it is, and can be stopped; without scripts it is a form
// like any other. A refusal answers with the form anew, and the way to go on stands in HX-Redirect.
import { delegate, one } from "../dom";

const WORDS: Record<number, string> = {
  0: "The connection broke off, and nothing was kept. Try again.",
  403: "You may not do this, or the page has expired. Reload it and try again.",
  413: "This file is too large.",
};

function size(bytes: number): string {
  const steps = ["bytes", "KB", "MB", "GB"];
  let [value, step] = [bytes, 0];
  for (; value >= 1024 && step < steps.length - 1; step++) value /= 1024;
  return `${value.toFixed(step > 1 ? 1 : 0)} ${steps[step]}`;
}

function fail(form: HTMLFormElement, words: string): void {
  const place = one("[data-upload-error]", form);
  const text = place && one("span", place);
  if (text) text.textContent = words;
  if (place) place.hidden = words === "";
}

function show(form: HTMLFormElement, isSending: boolean): void {
  const parts = { bar: one("[data-upload-progress]", form), stop: one("[data-upload-stop]", form) };
  if (parts.bar) parts.bar.hidden = !isSending;
  if (parts.stop) parts.stop.hidden = !isSending;
  form.querySelector("button[type=submit]")?.toggleAttribute("disabled", isSending);
}

function tell(form: HTMLFormElement, done: number, total: number): void {
  const bar = one<HTMLProgressElement>("progress", form);
  const words = one("[data-upload-words]", form);
  if (bar) [bar.value, bar.max] = [done, total || 1];
  if (words) words.textContent = done < total ? `${size(done)} of ${size(total)}, ${Math.floor((done * 100) / total)} %` : "Sent. It is being kept…";
}

function answered(form: HTMLFormElement, request: XMLHttpRequest): void {
  const next = request.getResponseHeader("HX-Redirect");
  if (next) return location.assign(next);
  if (request.status === 422) {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const fresh = one("#upload", page);
    if (fresh) return form.replaceWith(document.adoptNode(fresh));
  }
  const large = form.dataset["tooLarge"];
  fail(form, (request.status === 413 ? large : undefined) ?? WORDS[request.status] ?? "That went wrong on our side. Try again in a moment.");
}

function send(form: HTMLFormElement, file: File): void {
  fail(form, "");
  if (file.size > Number(form.dataset["limit"])) return fail(form, form.dataset["tooLarge"] ?? "");
  const request = new XMLHttpRequest();
  const over = (): void => {
    show(form, false);
    removeEventListener("beforeunload", hold);
  };
  const hold = (event: Event): void => event.preventDefault();
  request.upload.addEventListener("progress", ({ loaded, total }) => tell(form, loaded, total));
  request.addEventListener("load", () => (over(), answered(form, request)));
  request.addEventListener("error", () => (over(), fail(form, WORDS[0] ?? "")));
  request.addEventListener("abort", over);
  one("[data-upload-stop]", form)?.addEventListener("click", () => request.abort(), { once: true });
  addEventListener("beforeunload", hold); // leaving would stop it
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  tell(form, 0, file.size);
  show(form, true);
  request.send(new FormData(form));
}

export function start(): void {
  delegate("submit", "form[data-upload]", (form, event) => {
    const file = one<HTMLInputElement>("input[type=file]", form)?.files?.[0];
    if (!file || !(form instanceof HTMLFormElement)) return; // the server says what is missing
    event.preventDefault();
    send(form, file);
  });
}
