// What this browser keeps of the chat, in the storage of the page it stands on; a browser that keeps nothing still chats.
import type { Pending } from "./types";

export interface Memory {
  token: string;
  /** The newest message of the team that was seen here. */
  seen: string;
  /** Whether an address was asked for, which happens once. */
  asked: boolean;
  open: boolean;
  draft: string;
  pending: Pending[];
}

export interface Remembered extends Memory {
  keep(): void;
}

const EMPTY: Memory = { token: "", seen: "", asked: false, open: false, draft: "", pending: [] };

export function remembered(key: string): Remembered {
  const name = `chat:${key}`;
  const keep = function (this: Memory): void {
    try {
      const { token, seen, asked, open, draft, pending } = this;
      localStorage.setItem(name, JSON.stringify({ token, seen, asked, open, draft, pending }));
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
    for (const one of found.pending ?? []) [one.fate, one.why] = ["sending", ""];
    return found;
  } catch {
    return {};
  }
}
