// What the server tells browsers over the socket (live.ts): each event's name and facts, as its events.py has them. One
// line each; tests/core/ui/test_frontend.py compares them with what the server can send.

export type Direction = "in" | "out" | "note";
export type DraftKind = "reply" | "note";
export type JobState = "running" | "done" | "stopped" | "undoing" | "undone";
export type MessageState = "received" | "queued" | "sent" | "failed" | "unknown" | "stored";
export type Sorting = "label" | "team";
export type State = "open" | "pending" | "snoozed" | "resolved" | "deleted";

export interface Events {
  bulk_progress: { job: string; state: JobState; done: number; total: number };
  clearing_moved: { kind: Sorting; id: string; left: number };
  contact_seen: { conversation: string; seq: number };
  conversation_changed: { conversation: string; state: State; assignee: string | null; by: string | null };
  draft_changed: { conversation: string; kind: DraftKind; exists: boolean };
  list_changed: { count: number; by: string | null };
  message_added: { conversation: string; message: string; seq: number; direction: Direction; author: string | null; is_new: boolean };
  message_settled: { conversation: string; message: string; seq: number; state: MessageState };
  notice_added: { kind: string; about: string; says: string };
  notices_read: Record<never, never>;
  sorting_gone: { kind: Sorting; id: string };
  views_changed: Record<never, never>;
}

/** A teammate at a conversation: `c` is the one they have before them, `left` the one before, `seq` how far they read. */
export interface Teammate {
  u: string;
  name: string;
  initials: string;
  hue: string;
  left: string;
  c?: string;
  seq?: string;
}

/** What is said in passing (core/realtime/whisper.py). */
export interface Whispers {
  looks: Teammate;
  writes: Teammate;
  typing: { conversation: string; by: "contact" };
}

/** What becomes of the socket itself. */
export interface Line {
  connected: null;
  resync: null;
}

export type Heard = Events & Whispers & Line;

/** Call `run` with the facts of each event of this name. */
export function hear<Name extends keyof Heard>(name: Name, run: (facts: Heard[Name]) => void): void {
  document.addEventListener(`marque:${name}`, (event) => run((event as CustomEvent<Heard[Name]>).detail));
}

/** Let everybody here hear of it. The server is what says which names there are. */
export function spread(name: string, facts: unknown = null): void {
  document.dispatchEvent(new CustomEvent(`marque:${name}`, { detail: facts }));
}
