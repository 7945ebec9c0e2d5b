// Requests to the one host of the chat: JSON, a token in the Authorization header, never a cookie.
import { nameInHeader } from "../../../../core/ui/frontend/shared/names";
import type { Config, Message, Page, SentFile } from "./types";

const WITHIN = 15_000;
const FILE_WITHIN = 180_000;

interface Answer {
  code?: string;
  detail?: string;
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

export class Api {
  readonly #base: string;
  readonly #key: string;

  constructor(
    base: string,
    key: string,
  ) {
    this.#base = base;
    this.#key = key;
  }

  config(): Promise<Config> {
    return this.#ask<Config>("GET", `config?key=${encodeURIComponent(this.#key)}`);
  }

  async token(): Promise<string> {
    return (await this.#ask<{ token: string }>("POST", "visitors", "", { key: this.#key })).token;
  }

  page(token: string, where: { after?: string; before?: string } = {}): Promise<Page> {
    return this.#ask<Page>("GET", `messages?${new URLSearchParams(where).toString()}`, token);
  }

  async message(token: string, id: string): Promise<Message | null> {
    return (await this.#ask<Page>("GET", `messages?only=${encodeURIComponent(id)}`, token)).messages[0] ?? null;
  }

  /** An address on the host that the widget came from. */
  at(path: string): string {
    return new URL(path, this.#base).href;
  }

  async send(token: string, message: Record<string, string>): Promise<Message> {
    return (await this.#ask<{ message: Message }>("POST", "messages", token, message)).message;
  }

  takeBack(token: string, file: string): Promise<void> {
    return this.#ask("POST", "files/back", token, { file });
  }

  /** A file as it is; `told` hears how much of it is there, and `stop` ends it. */
  upload(token: string, key: string, file: File, told: (part: number) => void, stop: AbortSignal): Promise<SentFile> {
    const request = new XMLHttpRequest(); // fetch tells no progress
    request.open("POST", this.#base + "files");
    request.timeout = FILE_WITHIN;
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/octet-stream", "X-File-Key": key, "X-File-Name": nameInHeader(file) };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded, total }) => told(total ? loaded / total : 0));
    stop.addEventListener("abort", () => request.abort());
    return new Promise((resolve, reject) => {
      request.addEventListener("loadend", () => {
        const found = parsed(request.responseText) as Answer & { file?: SentFile };
        if (found.file) resolve(found.file);
        else reject(request.status ? refusal(request.status, found) : new Error("no answer"));
      });
      request.send(file);
    });
  }

  seen(token: string, message: string): Promise<void> {
    return this.#ask("POST", "seen", token, { message });
  }

  introduce(token: string, email: string): Promise<void> {
    return this.#ask("POST", "contact", token, { email });
  }

  async #ask<T>(method: string, path: string, token = "", body?: Record<string, string>): Promise<T> {
    const headers: Record<string, string> = {};
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    const options: RequestInit = { method, headers, credentials: "omit", signal: AbortSignal.timeout(WITHIN) };
    if (body) options.body = JSON.stringify(body);
    const answer = await fetch(this.#base + path, options);
    if (answer.status === 204) return undefined as T;
    const found = (await answer.json().catch(() => ({}))) as Answer;
    if (!answer.ok) throw refusal(answer.status, found);
    return found as T;
  }
}

const refusal = (status: number, { code = "", detail = "" }: Answer): Refusal => new Refusal(status, code, detail);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
