// What the server tells, and what the widget makes of it.

export interface Config {
  name: string;
  title: string;
  greeting: string;
  away: string;
  online: boolean;
  socket: string;
  /** What one message may carry, in bytes; null where the team takes no files. */
  files: Limits | null;
  initials: string;
  logo: string;
  radius: number;
  font: string;
  light: Record<string, string>;
  dark: Record<string, string>;
}

export interface Limits {
  one: number;
  all: number;
  count: number;
}

export interface Message {
  id: string;
  at: string;
  own: boolean;
  name: string;
  initials: string;
  text: string;
  key: string;
  files: SentFile[];
  /** Until when its files' addresses open, in milliseconds. */
  until: number;
}

/** A file by addresses on the chat's host; `small` is "" for what is no picture. */
export interface SentFile {
  id: string;
  name: string;
  size: string;
  url: string;
  small: string;
  width: number;
  height: number;
}

export interface Page {
  messages: Message[];
  older: boolean;
  seen: string | null;
  position: string;
  online: boolean;
  known: boolean;
}

export type Fate = "sending" | "failed";

/** A message on its way: `why` says what went wrong. */
export interface Pending {
  key: string;
  text: string;
  files: SentFile[];
  fate: Fate;
  why: string;
}

/** A file that is sent ahead of a message, from 0 to 1; `sent` is what the server knows of it. */
export interface Ahead {
  key: string;
  name: string;
  size: number;
  fate: Fate | "ready";
  why: string;
  part: number;
  sent: SentFile | null;
}

export interface Person {
  name: string;
  email: string;
}

/** How what is on its way gets through. */
export interface Way {
  /** The token, also of a visitor who has none yet. */
  pass(): Promise<string>;
  /** This token opens nothing any more. */
  forget(token: string): void;
  /** It is closed: all that waits for it is tried again. */
  later(): void;
}
