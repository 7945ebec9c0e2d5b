// The conversation: bubbles by side, what became of one's own, and once the question for an address.
import { type Carrying, attached } from "./attached";
import type { Chat } from "./chat";
import { linked, make } from "./dom";
import type { Config, Message, Pending } from "./types";

export interface Shown {
  messages: Message[];
  pending: Pending[];
  older: boolean;
  asks: boolean;
  /** The visitor's newest message that the team has seen. */
  seen: string;
}

const NEAR = 60;

export class Log {
  readonly element = make("div", { class: "scroll", tabindex: "0", role: "log", "aria-live": "polite", "aria-label": "Messages" });
  readonly #list = make("ol");
  readonly #more = make("button", { class: "more", type: "button", hidden: true, onclick: () => void this.#chat?.earlier() }, "Earlier messages");
  readonly #ask: HTMLFormElement;
  readonly #rows = new Map<string, HTMLElement>();

  readonly #chat: Chat | null;

  constructor(
    config: Config,
    chat: Chat | null,
  ) {
    this.#chat = chat;
    this.#ask = this.#question();
    const greeting = make("div", { class: "row" }, make("p", { class: "bubble" }, config.greeting));
    this.element.append(this.#more, greeting, this.#list, this.#ask);
  }

  show({ messages, pending, older, asks, seen }: Shown): void {
    const wasAtEnd = this.#isAtEnd();
    const heightBefore = this.element.scrollHeight;
    const lastOwn = messages.filter((message) => message.own).at(-1);
    const seenAt = messages.findIndex((message) => message.id === seen);
    const wanted = messages.map((message) => {
      const row = this.#row(message.id, () => this.#said(message));
      const isSeen = message === lastOwn && seenAt >= messages.indexOf(message);
      note(row, message === lastOwn && !pending.length ? (isSeen ? "Seen" : "Sent") : "");
      return row;
    });
    wanted.push(...pending.map((one) => this.#waiting(one)));
    this.#place(wanted);
    this.#more.hidden = !older;
    this.#ask.hidden = !asks;
    if (wasAtEnd) this.toEnd();
    else if (this.element.scrollTop < NEAR) this.element.scrollTop += this.element.scrollHeight - heightBefore;
  }

  toEnd(): void {
    this.element.scrollTop = this.element.scrollHeight;
  }

  /** Something below grows or shrinks: who reads the end stays there. */
  keep(change: () => void): void {
    const wasAtEnd = this.#isAtEnd();
    change();
    if (wasAtEnd) this.toEnd();
  }

  #isAtEnd(): boolean {
    return this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < NEAR;
  }

  #row(id: string, build: () => HTMLElement): HTMLElement {
    const found = this.#rows.get(id) ?? build();
    this.#rows.set(id, found);
    return found;
  }

  #said(message: Message): HTMLElement {
    const parts = this.#parts(message);
    if (message.own) return make("li", { class: "row own" }, ...parts);
    const face = make("span", { class: "face small", "aria-hidden": "true" }, message.initials);
    return make("li", { class: "row" }, make("p", { class: "who" }, face, make("span", {}, message.name)), ...parts);
  }

  #parts(message: Carrying & { text: string }): HTMLElement[] {
    const parts: HTMLElement[] = message.text ? [make("p", { class: "bubble" }, ...linked(message.text))] : [];
    if (this.#chat && message.files?.length) parts.push(attached(message, this.#chat));
    return parts;
  }

  #waiting(pending: Pending): HTMLElement {
    const row = this.#row(pending.key, () => make("li", { class: "row own" }, ...this.#parts({ ...pending, id: "", until: Number.MAX_SAFE_INTEGER })));
    row.classList.toggle("failed", pending.fate === "failed");
    row.classList.toggle("waits", pending.fate === "sending");
    const again = make("button", { type: "button", onclick: () => this.#chat?.outbox.again(pending.key) }, "Try again");
    if (pending.fate === "failed") note(row, pending.why || "Not sent.", again);
    else note(row, "Sending…");
    return row;
  }

  /** Only what is new or gone is touched, so that a screen reader hears each message once. */
  #place(wanted: HTMLElement[]): void {
    const stays = new Set(wanted);
    for (const [id, row] of this.#rows) {
      if (stays.has(row)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    wanted.forEach((row, index) => {
      if (this.#list.children[index] !== row) this.#list.insertBefore(row, this.#list.children[index] ?? null);
    });
  }

  #question(): HTMLFormElement {
    const field = make("input", { id: "later", type: "email", autocomplete: "email", maxlength: "254", placeholder: "name@example.com" });
    const error = make("p", { class: "error", role: "alert", hidden: true });
    const onsubmit = async (event: Event): Promise<void> => {
      event.preventDefault();
      error.textContent = (await this.#chat?.introduce(field.value.trim())) ?? "";
      error.hidden = !error.textContent;
    };
    const buttons = make("div", { class: "buttons" }, make("button", { class: "wide", type: "submit" }, "Save"), make("button", { class: "plain", type: "button", onclick: () => this.#chat?.asked() }, "No, thanks"));
    const given = { class: "ask", novalidate: true, hidden: true, onsubmit: (event: Event) => void onsubmit(event) };
    return make("form", given, make("label", { for: "later" }, "Where do answers reach you when you have left?"), field, error, buttons);
  }
}

/** The line below a bubble. */
function note(row: HTMLElement, text: string, ...more: Node[]): void {
  const old = row.querySelector(".note");
  if (!text && !old) return;
  if (old && old.firstChild?.textContent === text && old.childNodes.length === 1 + more.length) return;
  old?.remove();
  if (text) row.append(make("p", { class: "note" }, text, ...more));
}
