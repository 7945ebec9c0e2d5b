// Half-typed replies. This tab keeps what is typed at once, the server a little later, so that another device goes on
// with it; of two windows of one person the later words win by choice only, never by accident. composer.ts opens the box.
import { all, delegate, me, one } from "../dom";
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
}

const EVERY = 2_000;
const FRESH = 5_000; // a page fetched ahead is no older than this, and knows less than what was saved since

const timers = new Map<string, number>();
const saving = new Set<string>();
const newer = new Map<string, Words>();
const addresses = new Map<string, string>();
const opened = new WeakSet<HTMLElement>();
const drafted = new Set<string>();

const key = (conversation: string): string => `draft:${me()}:${conversation}`;
const form = (): HTMLElement | null => one("[data-composer][data-draft-url]");
const openOne = (): string => form()?.dataset["conversation"] ?? "";
const box = (): HTMLTextAreaElement | null => one<HTMLTextAreaElement>("[data-composer] textarea");

function read(conversation: string): Kept {
  const none = { text: "", version: "", dirty: false, savedAt: 0 };
  try {
    return { ...none, ...(JSON.parse(sessionStorage.getItem(key(conversation)) ?? "{}") as Partial<Kept>) };
  } catch {
    return none;
  }
}

function keep(conversation: string, facts: Partial<Kept>): void {
  sessionStorage.setItem(key(conversation), JSON.stringify({ ...read(conversation), ...facts }));
}

export function draftOf(conversation: string): string {
  return read(conversation).text;
}

/** Words as they are typed; the server has them soon. */
export function keepDraft(conversation: string, text: string): void {
  keep(conversation, { text, dirty: true });
  later(conversation, EVERY);
}

/** Put words before the draft of their conversation. */
export function backToDraft(conversation: string, text: string): void {
  keepDraft(conversation, [text, draftOf(conversation)].filter(Boolean).join("\n\n"));
}

/** The version that is on its way to be sent, so that the server ends no later words with it. */
export function versionOf(conversation: string): string {
  return read(conversation).version;
}

/** A reply box that came with a thread: which words stand in it, the server's or this tab's. */
export function open(): void {
  const fresh = form();
  const area = box();
  if (!fresh || !area || opened.has(fresh)) return;
  opened.add(fresh);
  const conversation = openOne();
  flush(); // of the thread that was left
  addresses.set(conversation, fresh.dataset["draftUrl"] ?? "");
  const kept = read(conversation);
  const server = { text: area.value, version: fresh.dataset["draftVersion"] ?? "" };
  if (kept.dirty) {
    area.value = kept.text;
    if (Number(server.version) > Number(kept.version) && server.text !== kept.text) showNewer(conversation, server);
    else later(conversation, EVERY);
  } else if (Date.now() - kept.savedAt < FRESH && Number(kept.version) > Number(server.version)) {
    area.value = kept.text;
  } else {
    keep(conversation, server);
  }
}

function later(conversation: string, ms: number): void {
  if (timers.has(conversation) || newer.has(conversation)) return;
  timers.set(conversation, window.setTimeout(() => void save(conversation), ms));
}

async function save(conversation: string): Promise<void> {
  clearTimeout(timers.get(conversation));
  timers.delete(conversation);
  const { text, version, dirty } = read(conversation);
  const url = addresses.get(conversation);
  if (!dirty || !url || saving.has(conversation) || newer.has(conversation)) return;
  saving.add(conversation);
  const body = new URLSearchParams({ text, known: version });
  const asked = { method: "POST", body, headers: { "X-CSRFToken": csrfToken() }, keepalive: body.toString().length < 50_000 };
  const answer = await fetch(url, asked).catch(() => null);
  const found = answer?.ok || answer?.status === 409 ? ((await answer.json().catch(() => null)) as Words | null) : null;
  saving.delete(conversation);
  if (answer?.ok && found) saved(conversation, text, found.version || version);
  else if (answer?.status === 409 && found) showNewer(conversation, found);
  else if (!answer || answer.status === 429 || answer.status >= 500) later(conversation, EVERY * 2);
}

function saved(conversation: string, text: string, version: string): void {
  const isAll = read(conversation).text === text;
  keep(conversation, { version, savedAt: Date.now(), dirty: !isAll });
  if (!isAll) later(conversation, EVERY);
}

/** Before a page or thread is left: what waits is saved now. */
function flush(): void {
  for (const conversation of [...timers.keys()]) void save(conversation);
}

/** Another window was faster: which words go on is the person's to say. */
function showNewer(conversation: string, words: Words): void {
  if (words.text === read(conversation).text) return keep(conversation, { ...words, dirty: false });
  newer.set(conversation, words);
  const notice = openOne() === conversation ? one("[data-draft-newer]") : null;
  if (notice) notice.hidden = false;
}

function decide(take: boolean): void {
  const conversation = openOne();
  const words = newer.get(conversation);
  const [notice, area] = [one("[data-draft-newer]"), box()];
  newer.delete(conversation);
  if (notice) notice.hidden = true;
  if (!words || !area) return;
  if (take) {
    keep(conversation, { ...words, dirty: false });
    area.value = words.text;
  } else {
    keep(conversation, { version: words.version, dirty: true });
    void save(conversation);
  }
  area.focus();
}

/** Back at this window: the words may have gone on, or been sent, in another. */
async function catchUp(): Promise<void> {
  const conversation = openOne();
  const url = form()?.dataset["draftUrl"];
  if (!url || read(conversation).dirty || saving.has(conversation)) return;
  const answer = await fetch(url).catch(() => null);
  const found = answer?.ok && !answer.redirected ? ((await answer.json().catch(() => null)) as Words | null) : null;
  const area = box();
  if (!found || !area || openOne() !== conversation) return;
  const { dirty, text } = read(conversation);
  if (dirty || found.text === text) return;
  keep(conversation, found);
  area.value = found.text;
}

function onChanged(event: Event): void {
  const { conversation, kind, exists } = (event as CustomEvent<{ conversation: string; kind: string; exists: boolean }>).detail;
  if (kind !== "reply") return;
  if (exists) drafted.add(conversation);
  else drafted.delete(conversation);
  markRows();
  if (conversation === openOne()) void catchUp();
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
  markRows();
  document.addEventListener("marque:draft_changed", onChanged);
  document.addEventListener("visibilitychange", () => (document.hidden ? flush() : void catchUp()));
  addEventListener("pagehide", flush);
  addEventListener("focus", () => void catchUp());
  delegate("click", "[data-take-newer]", () => decide(true));
  delegate("click", "[data-keep-mine]", () => decide(false));
}
