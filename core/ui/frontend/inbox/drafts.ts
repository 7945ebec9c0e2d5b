// Half-typed replies and notes. This tab keeps what is typed at once, the server a little later, so that another device goes on
// with it; of two windows of one person the later words win by choice only, never by accident. composer.ts opens the box.
import { all, delegate, me, one } from "../dom";
import { hear, type Events } from "../events";
import { csrfToken } from "../requests";

interface Words {
  text: string;
  /** What the server calls the words that these go on from: greater is later, "" for none. */
  version: string;
}

interface Kept extends Words {
  /** Whether the server does not have these words yet. */
  dirty: boolean;
  savedAt: number;
  /** Under which key these words may have been stored already, "" for new ones. */
  sentAs: string;
}

const EVERY = 2_000;
const FRESH = 5_000; // a page fetched ahead is no older than this, and knows less than what was saved since

const timers = new Map<string, number>();
const saving = new Set<string>();
const newer = new Map<string, Words>();
const addresses = new Map<string, string>();
const opened = new WeakSet<HTMLElement>();
const drafted = new Set<string>();

/** What a form's words are kept under: a reply's by its conversation, a note's beside it. */
export const place = (kind: string, conversation: string): string => (kind === "note" ? `note:${conversation}` : conversation);
export const placeOf = (form: HTMLElement): string => place(form.dataset["writes"] ?? "", form.dataset["conversation"] ?? "");

const key = (at: string): string => `draft:${me()}:${at}`;
const forms = (): HTMLElement[] => all("[data-writes][data-draft-url]");
const formAt = (at: string): HTMLElement | null => forms().find((form) => placeOf(form) === at) ?? null;
const boxOf = (form: HTMLElement | null): HTMLTextAreaElement | null => form && one<HTMLTextAreaElement>("textarea", form);

function read(at: string): Kept {
  const none = { text: "", version: "", dirty: false, savedAt: 0, sentAs: "" };
  try {
    return { ...none, ...(JSON.parse(sessionStorage.getItem(key(at)) ?? "{}") as Partial<Kept>) };
  } catch {
    return none;
  }
}

function keep(at: string, facts: Partial<Kept>): void {
  sessionStorage.setItem(key(at), JSON.stringify({ ...read(at), ...facts }));
}

export function draftOf(at: string): string {
  return read(at).text;
}

/** Words as they are typed; the server has them soon. */
export function keepDraft(at: string, text: string): void {
  keep(at, text.trim() ? { text, dirty: true } : { text, dirty: true, sentAs: "" });
  later(at, EVERY);
}

/** Whether these words were put before the draft already, in another tab. Others that begin alike are other words. */
function standsIn(draft: string, text: string): boolean {
  return draft.trim() === text || draft.startsWith(`${text}\n\n`);
}

/** Put words before the draft of their conversation; `sentAs` where they may have arrived all the same. */
export function backToDraft(at: string, text: string, sentAs = ""): void {
  const draft = draftOf(at);
  if (!standsIn(draft, text)) keepDraft(at, [text, draft].filter(Boolean).join("\n\n"));
  if (sentAs) keep(at, { sentAs });
}

/** The key that these words were sent under before, "" for new ones. */
export function sentAs(at: string): string {
  return read(at).sentAs;
}

/** The version that is on its way to be sent, so that the server ends no later words with it. */
export function versionOf(at: string): string {
  return read(at).version;
}

/** Boxes that came with a thread: which words stand in each, the server's or this tab's. */
export function open(): void {
  const fresh = forms().filter((form) => !opened.has(form));
  if (fresh.length) flush(); // of the thread that was left
  for (const form of fresh) {
    opened.add(form);
    const area = boxOf(form);
    if (area) openOne(form, area);
  }
}

function openOne(form: HTMLElement, area: HTMLTextAreaElement): void {
  const at = placeOf(form);
  addresses.set(at, form.dataset["draftUrl"] ?? "");
  const kept = read(at);
  const server = { text: area.value, version: form.dataset["draftVersion"] ?? "" };
  if (kept.dirty) {
    area.value = kept.text;
    if (Number(server.version) > Number(kept.version) && server.text !== kept.text) showNewer(at, server);
    else later(at, EVERY);
  } else if (Date.now() - kept.savedAt < FRESH && Number(kept.version) > Number(server.version)) {
    area.value = kept.text;
  } else {
    keep(at, server);
  }
}

function later(at: string, ms: number): void {
  if (timers.has(at) || newer.has(at)) return;
  timers.set(at, window.setTimeout(() => void save(at), ms));
}

async function save(at: string): Promise<void> {
  clearTimeout(timers.get(at));
  timers.delete(at);
  const { text, version, dirty } = read(at);
  const url = addresses.get(at);
  if (!dirty || !url || saving.has(at) || newer.has(at)) return;
  saving.add(at);
  const body = new URLSearchParams({ text, known: version });
  const asked = { method: "POST", body, headers: { "X-CSRFToken": csrfToken() }, keepalive: body.toString().length < 50_000 };
  const answer = await fetch(url, asked).catch(() => null);
  const found = answer?.ok || answer?.status === 409 ? ((await answer.json().catch(() => null)) as Words | null) : null;
  saving.delete(at);
  if (answer?.ok && found) saved(at, text, found.version || version);
  else if (answer?.status === 409 && found) showNewer(at, found);
  else if (!answer || answer.status === 429 || answer.status >= 500) later(at, EVERY * 2);
}

function saved(at: string, text: string, version: string): void {
  const isAll = read(at).text === text;
  keep(at, { version, savedAt: Date.now(), dirty: !isAll });
  if (!isAll) later(at, EVERY);
}

/** Before a page or thread is left: what waits is saved now. */
function flush(): void {
  for (const at of [...timers.keys()]) void save(at);
}

/** Another window was faster: which words go on is the person's to say. */
function showNewer(at: string, words: Words): void {
  if (words.text === read(at).text) return keep(at, { ...words, dirty: false });
  newer.set(at, words);
  const form = formAt(at);
  const notice = form && one("[data-draft-newer]", form);
  if (notice) notice.hidden = false;
}

function decide(button: HTMLElement, take: boolean): void {
  const form = button.closest<HTMLElement>("[data-writes]");
  if (!form) return;
  const at = placeOf(form);
  const words = newer.get(at);
  const [notice, area] = [one("[data-draft-newer]", form), boxOf(form)];
  newer.delete(at);
  if (notice) notice.hidden = true;
  if (!words || !area) return;
  if (take) {
    keep(at, { ...words, dirty: false, sentAs: "" });
    area.value = words.text;
  } else {
    keep(at, { version: words.version, dirty: true });
    void save(at);
  }
  area.focus();
}

/** Back at this window: the words may have gone on, or been sent, in another. */
async function catchUp(form: HTMLElement): Promise<void> {
  const at = placeOf(form);
  const url = form.dataset["draftUrl"];
  if (!url || read(at).dirty || saving.has(at)) return;
  const answer = await fetch(url).catch(() => null);
  const found = answer?.ok && !answer.redirected ? ((await answer.json().catch(() => null)) as Words | null) : null;
  const area = boxOf(form);
  if (!found || !area || !form.isConnected) return;
  const { dirty, text } = read(at);
  if (dirty || found.text === text) return;
  keep(at, found);
  area.value = found.text;
}

function catchUpAll(): void {
  for (const form of forms()) void catchUp(form);
}

function onChanged({ conversation, kind, exists }: Events["draft_changed"]): void {
  const form = formAt(place(kind, conversation));
  if (form) void catchUp(form);
  if (kind !== "reply") return;
  if (exists) drafted.add(conversation);
  else drafted.delete(conversation);
  markRows();
}

/** "Draft" in the list stands on one's own alone: rows are rendered once for all, and marked here. */
export function markRows(): void {
  const list = one("#conversation-list");
  const told = list?.dataset["drafts"];
  if (list && told !== undefined) {
    drafted.clear();
    for (const id of told.split(" ")) if (id) drafted.add(id);
    delete list.dataset["drafts"];
  }
  for (const row of all("#conversation-list .row")) row.dataset["draft"] = drafted.has(row.id.slice("conv-".length)) ? "1" : "0";
}

export function start(): void {
  hear("draft_changed", onChanged);
  document.addEventListener("visibilitychange", () => (document.hidden ? flush() : catchUpAll()));
  addEventListener("pagehide", flush);
  addEventListener("focus", catchUpAll);
  delegate("click", "[data-take-newer]", (button) => decide(button, true));
  delegate("click", "[data-keep-mine]", (button) => decide(button, false));
}
