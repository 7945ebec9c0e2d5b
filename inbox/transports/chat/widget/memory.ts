// What this browser keeps of the chat, in the storage of the page it stands on; a browser that keeps nothing still chats.
import type { Ahead, Pending } from "./types";

/** Of a file that was chosen on a page that was left. */
export const GONE = "It is no longer here. Attach it again.";

export interface Memory {
  token: string;
  /** The newest message of the team that was seen here. */
  seen: string;
  /** Whether an address was asked for, which happens once. */
  asked: boolean;
  open: boolean;
  draft: string;
  pending: Pending[];
  ahead: Ahead[];
}

export interface Remembered extends Memory {
  keep(): void;
}

const EMPTY: Memory = { token: "", seen: "", asked: false, open: false, draft: "", pending: [], ahead: [] };

export function remembered(key: string): Remembered {
  const name = `chat:${key}`;
  const keep = function (this: Memory): void {
    try {
      localStorage.setItem(name, JSON.stringify(this)); // which leaves functions out
    } catch {
      // no storage, or a full one
    }
  };
  return Object.assign({ ...EMPTY }, read(name), { keep });
}

function read(name: string): Partial<Memory> {
  try {
    const found = JSON.parse(localStorage.getItem(name) ?? "{}") as Partial<Memory>;
    // what was on its way when the page was left may have arrived or not: the same key is the same message
    for (const one of found.pending ?? []) [one.fate, one.why, one.files] = ["sending", "", one.files ?? []];
    for (const one of found.ahead ?? []) if (one.fate !== "ready") [one.fate, one.why] = ["failed", GONE];
    return found;
  } catch {
    return {};
  }
}
