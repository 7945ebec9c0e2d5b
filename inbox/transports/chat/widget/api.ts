// Requests to the one host of the chat: JSON, a token in the Authorization header, never a cookie.
import type { Config, Message, Page } from "./types";

const WITHIN = 15_000;

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly fields: Record<string, string>,
  ) {
    super(detail);
  }
}

export class Api {
  constructor(
    private readonly base: string,
    private readonly key: string,
  ) {}

  config(): Promise<Config> {
    return this.ask<Config>("GET", `config?key=${encodeURIComponent(this.key)}`);
  }

  async token(): Promise<string> {
    return (await this.ask<{ token: string }>("POST", "visitors", "", { key: this.key })).token;
  }

  page(token: string, where: { after?: string; before?: string } = {}): Promise<Page> {
    return this.ask<Page>("GET", `messages?${new URLSearchParams(where).toString()}`, token);
  }

  async message(token: string, id: string): Promise<Message | null> {
    return (await this.ask<Page>("GET", `messages?only=${encodeURIComponent(id)}`, token)).messages[0] ?? null;
  }

  /** An address on the host that the widget came from, whatever it says. */
  at(path: string): string {
    return new URL(new URL(path, this.base).pathname, this.base).href;
  }

  async send(token: string, message: Record<string, string>): Promise<Message> {
    return (await this.ask<{ message: Message }>("POST", "messages", token, message)).message;
  }

  seen(token: string, message: string): Promise<void> {
    return this.ask("POST", "seen", token, { message });
  }

  introduce(token: string, email: string): Promise<void> {
    return this.ask("POST", "contact", token, { email });
  }

  private async ask<T>(method: string, path: string, token = "", body?: Record<string, string>): Promise<T> {
    const headers: Record<string, string> = {};
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    const options: RequestInit = { method, headers, mode: "cors", credentials: "omit", signal: AbortSignal.timeout(WITHIN) };
    if (body) options.body = JSON.stringify(body);
    const answer = await fetch(this.base + path, options);
    if (answer.status === 204) return undefined as T;
    const found = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string; fields?: Record<string, string> };
    if (!answer.ok) throw new Refusal(answer.status, found.code ?? "", found.detail ?? "", found.fields ?? {});
    return found as T;
  }
}
