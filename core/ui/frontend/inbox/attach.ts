// Files for the answer or note: chosen, dropped on the thread or pasted. Each travels by itself, shows how far it is, can be
// stopped, and stands on the draft at the server from then on; sending names them. composer.ts sends.
import { all, delegate, isReadOnly, one } from "../dom";
import { say } from "../pieces/toast";
import { csrfToken } from "../requests";
import { inWords } from "../shared/bytes";
import { nameInHeader } from "../shared/names";

const LOST = "The file did not arrive. Attach it again when you are online.";
/** Files on their way, by their chip, and the form whose draft they go to: which it is, wherever it is made anew. */
const coming = new Map<HTMLElement, { form: string; request: XMLHttpRequest }>();

const listOf = (form: ParentNode): HTMLElement | null => one(".draft-files", form);

/** The files that stand on the draft. */
export function draftFiles(form: ParentNode): HTMLElement[] {
  return all("[data-draft-file]", form);
}

export function isComing(form: ParentNode): boolean {
  return one(".file-coming", form) !== null;
}

/** Off the composer, because they are being sent. */
export function takeFiles(form: ParentNode): HTMLElement[] {
  return claimFiles(form, draftFiles(form).map((file) => file.dataset["draftFile"] ?? ""));
}

/** Those of these files that stand on the composer, off it: they are on their way with a reply. */
export function claimFiles(form: ParentNode, ids: string[]): HTMLElement[] {
  const files = draftFiles(form).filter((file) => ids.includes(file.dataset["draftFile"] ?? ""));
  for (const file of files) file.remove();
  return files;
}

/** What was not sent is on the draft again, unless the form that came instead has it already. */
export function giveFilesBack(form: ParentNode, files: HTMLElement[]): void {
  const there = new Set(draftFiles(form).map((file) => file.dataset["draftFile"]));
  listOf(form)?.prepend(...files.filter((file) => !there.has(file.dataset["draftFile"])));
}

/** Said before a byte travels; the server has the last word. */
function objection(form: HTMLElement, file: File): string {
  const most = Number(form.dataset["most"]);
  if (!file.size) return `“${file.name}” is empty, or a folder, so there is nothing to attach.`;
  if (file.size > most) return `“${file.name}” has ${inWords(file.size)}, and a file can have at most ${inWords(most)}. Make it smaller, or send a link to it.`;
  const count = Number(form.dataset["mostFiles"]);
  if (all(".draft-file", form).length >= count) return `A message can have at most ${count} files. Send the rest in another.`;
  return "";
}

function chipFor(file: File): HTMLElement | null {
  const chip = one<HTMLTemplateElement>("#coming-file")?.content.firstElementChild?.cloneNode(true);
  if (!(chip instanceof HTMLElement)) return null;
  const [name, size, stop] = [one(".clip", chip), one("small", chip), one("button", chip)];
  if (name) name.textContent = file.name;
  if (size) size.textContent = inWords(file.size);
  stop?.setAttribute("aria-label", `Stop ${file.name}`);
  return chip;
}

function upload(form: HTMLElement, file: File): void {
  const wrong = objection(form, file);
  if (wrong) return say({ text: wrong, level: "error" });
  const chip = chipFor(file);
  if (!chip) return;
  listOf(form)?.append(chip);
  const request = new XMLHttpRequest();
  const own = `[data-writes="${form.dataset["writes"]}"][data-conversation="${form.dataset["conversation"]}"]`;
  coming.set(chip, { form: own, request });
  request.open("POST", form.dataset["filesUrl"] ?? "");
  request.setRequestHeader("Content-Type", "application/octet-stream"); // a form would be read before anybody is asked
  request.setRequestHeader("X-File-Name", nameInHeader(file));
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.upload.addEventListener("progress", ({ loaded, total }) => showProgress(chip, loaded / total));
  request.addEventListener("load", () => arrive(own, chip, request));
  request.addEventListener("error", () => fail(chip, LOST));
  request.send(file);
}

function showProgress(chip: HTMLElement, part: number): void {
  const bar = one<HTMLProgressElement>("progress", chip);
  const size = one("small", chip);
  if (bar) bar.value = Math.round(part * 100);
  if (size) size.textContent = part < 1 ? `${Math.round(part * 100)} %` : "…";
}

/** The thread may have been left meanwhile, or made anew: the chip goes to the form that stands there now. */
function arrive(own: string, chip: HTMLElement, request: XMLHttpRequest): void {
  coming.delete(chip);
  const parsed = new DOMParser().parseFromString(request.responseText, "text/html");
  const stands = one("[data-draft-file]", parsed.body);
  if (request.status !== 200 || !stands) return fail(chip, request.status === 422 ? request.responseText : WORDS[request.status] ?? LOST);
  const form = one(own);
  const isThere = form && one(`[data-draft-file="${stands.dataset["draftFile"]}"]`, form);
  if (!form || isThere) return chip.remove();
  if (!chip.isConnected) listOf(form)?.append(chip);
  chip.replaceWith(document.adoptNode(stands));
}

/** After every swap: what is still coming shows so in a form that was made anew. */
export function settle(): void {
  for (const [chip, { form: own }] of coming) {
    const form = chip.isConnected ? null : one(own);
    if (form) listOf(form)?.append(chip);
  }
}

const WORDS: Record<number, string> = {
  403: "You may not do this, or the page has expired. Reload it and try again.",
  404: "This conversation is gone, so nothing can be attached to it.",
  413: "The file is larger than anything that can be sent.",
};

function fail(chip: HTMLElement, text: string): void {
  coming.delete(chip);
  chip.remove();
  say({ text, level: "error" });
}

async function remove(button: HTMLElement): Promise<void> {
  const chip = button.closest<HTMLElement>("[data-draft-file]");
  const form = chip?.closest("form");
  if (!chip || !form) return;
  const after = chip.nextSibling;
  chip.remove();
  one<HTMLTextAreaElement>("textarea", form)?.focus();
  const answer = await fetch(chip.dataset["remove"] ?? "", { method: "POST", headers: { "X-CSRFToken": csrfToken() } }).catch(() => null);
  if (answer?.ok || answer?.status === 404) return;
  listOf(form)?.insertBefore(chip, after?.isConnected ? after : null);
  say({ text: "The file was not removed. Try again in a moment.", level: "error" });
}

function stop(button: HTMLElement): void {
  const chip = button.closest<HTMLElement>(".file-coming");
  if (!chip) return;
  coming.get(chip)?.request.abort();
  coming.delete(chip);
  chip.remove();
}

/** The box that stands in the composer, the reply's or the note's. */
const shown = (): HTMLElement | undefined => all("[data-writes]").find((form) => form.checkVisibility());

function addAll(files: FileList | null | undefined): boolean {
  const form = shown();
  if (!form || !files?.length || isReadOnly()) return false;
  if (!form.dataset["filesUrl"]) {
    say({ text: "Answers here take no files.", level: "error" });
    return true;
  }
  for (const file of files) upload(form, file);
  return true;
}

const bringsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

function onDrag(thread: HTMLElement, event: DragEvent): void {
  if (!bringsFiles(event) || !one("[data-writes]", thread)) return;
  event.preventDefault();
  thread.classList.toggle("takes-files", event.type !== "dragleave" || thread.contains(event.relatedTarget as Node | null));
}

export function start(): void {
  delegate("change", "[data-attach]", (input) => {
    const chosen = input as HTMLInputElement;
    addAll(chosen.files);
    chosen.value = "";
    one<HTMLTextAreaElement>("textarea", chosen.form ?? document)?.focus();
  });
  delegate("click", "[data-remove-file]", (button) => void remove(button));
  delegate("click", "[data-cancel-file]", stop);
  delegate("paste", "[data-writes] textarea", (_, event) => {
    // Text that was copied from a page brings a picture of itself along; the words are what is meant.
    if (!event.clipboardData?.types.includes("text/plain") && addAll(event.clipboardData?.files)) event.preventDefault();
  });
  for (const type of ["dragenter", "dragover", "dragleave"] as const) delegate(type, ".thread", onDrag);
  delegate("drop", ".thread", (thread, event) => {
    thread.classList.remove("takes-files");
    if (!bringsFiles(event) || !one("[data-writes]", thread)) return;
    event.preventDefault();
    addAll(event.dataTransfer?.files);
  });
}
