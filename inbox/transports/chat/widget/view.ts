// What the visitor sees: a button, and a panel with the conversation or, while nobody is there, a form.
import type { Chat } from "./chat";
import { icon, make } from "./dom";
import { Log, type Shown } from "./log";
import { sheets } from "./looks";
import type { Config } from "./types";

const ASKS_FOR = 5_000;
const PAPER = "M14.536 21.686a.5.5 0 0 0 .937-.024l6.5-19a.496.496 0 0 0-.635-.635l-19 6.5a.5.5 0 0 0-.024.937l7.93 3.18a2 2 0 0 1 1.112 1.11z";
const BUBBLE = "M2.992 16.342a2 2 0 0 1 .094 1.167l-1.065 3.29a1 1 0 0 0 1.236 1.168l3.413-.998a2 2 0 0 1 1.099.092 10 10 0 1 0-4.777-4.719";
const CROSS = "M18 6 6 18M6 6l12 12";

export class View {
  isOpen = false;
  private isOnline: boolean;
  private started = false;
  private typingUntil = 0;
  private readonly launcher: HTMLButtonElement;
  private readonly badge = make("span", { class: "badge", hidden: true });
  private readonly panel: HTMLElement;
  private readonly status = make("p", { class: "status" });
  private readonly log: Log;
  private readonly box: HTMLTextAreaElement;
  private readonly composer: HTMLFormElement;
  private readonly form: HTMLFormElement;
  private readonly hint = make("p", { class: "typing", role: "status" });

  constructor(
    private readonly config: Config,
    private readonly chat: Chat | null,
  ) {
    this.isOnline = config.online;
    this.log = new Log(config, chat);
    this.box = make("textarea", { rows: "1", maxlength: "5000", placeholder: "Write a message", "aria-label": "Your message", oninput: () => this.onInput(), onkeydown: (event) => this.onKey(event as KeyboardEvent) });
    this.composer = make("form", { class: "composer", novalidate: true, onsubmit: (event) => this.onSubmit(event) }, this.box, make("button", { class: "send", type: "submit", "aria-label": "Send" }, icon(PAPER, "m21.854 2.147-10.94 10.939")));
    this.form = this.awayForm();
    this.launcher = make("button", { class: "launcher", type: "button", "aria-expanded": "false", "aria-label": config.title, onclick: () => this.toggle() }, icon(BUBBLE), icon(CROSS), this.badge);
    this.panel = this.frame();
    const host = make("div");
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = sheets(config);
    root.append(this.panel, this.launcher);
    root.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape" && this.isOpen) this.close();
    });
    document.body.append(host);
    this.settle();
  }

  open(takesFocus = true): void {
    this.isOpen = true;
    this.panel.hidden = false;
    this.launcher.setAttribute("aria-expanded", "true");
    this.log.toEnd();
    if (takesFocus) (this.form.hidden ? this.box : this.form.querySelector("input"))?.focus();
    this.chat?.opened(true);
  }

  close(): void {
    this.isOpen = false;
    this.panel.hidden = true;
    this.launcher.setAttribute("aria-expanded", "false");
    this.launcher.focus();
    this.chat?.opened(false);
  }

  show(shown: Shown & { unread: number }): void {
    this.started = shown.messages.length + shown.pending.length > 0;
    this.log.show(shown);
    const count = this.isOpen ? 0 : shown.unread;
    this.badge.hidden = count === 0;
    this.badge.textContent = count > 9 ? "9+" : String(count);
    this.launcher.setAttribute("aria-label", count ? `${this.config.title}, ${count} new` : this.config.title);
    this.settle();
  }

  online(isOnline: boolean): void {
    this.isOnline = isOnline;
    this.settle();
  }

  draft(text: string): void {
    this.box.value = text;
    this.fit();
  }

  /** Nobody is there any more: the words stand in the form that asks for an address. */
  away(text: string): void {
    this.isOnline = false;
    const words = this.form.querySelector("textarea");
    if (words) words.value = text;
    this.settle();
    this.form.querySelector("input")?.focus();
  }

  /** Somebody types; "" when they have stopped. */
  typing(name: string): void {
    this.hint.textContent = name ? `${name} is typing…` : "";
    clearTimeout(this.typingUntil);
    if (name) this.typingUntil = window.setTimeout(() => this.typing(""), ASKS_FOR);
    this.log.stay();
  }

  private frame(): HTMLElement {
    const { name, title, logo, initials } = this.config;
    const face = logo ? make("img", { class: "logo", src: logo, alt: "" }) : make("span", { class: "face", "aria-hidden": "true" }, initials);
    const close = make("button", { class: "close", type: "button", "aria-label": "Close", onclick: () => this.close() }, icon(CROSS));
    const head = make("header", {}, face, make("div", {}, make("h2", {}, title), make("p", { class: "of" }, name)), close);
    return make("section", { class: "panel", role: "dialog", "aria-label": title, hidden: true }, head, this.status, this.log.element, this.hint, this.form, this.composer);
  }

  private toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** The form stands where nobody could answer somebody who has not begun yet. */
  private settle(): void {
    const asks = !this.isOnline && !this.started;
    this.form.hidden = !asks;
    this.composer.hidden = this.log.element.hidden = asks;
    this.status.textContent = asks ? this.config.away : this.isOnline ? "" : "We are away at the moment and answer later.";
    this.status.hidden = !this.status.textContent;
  }

  private onInput(): void {
    this.fit();
    this.chat?.typed(this.box.value.trim());
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.composer.requestSubmit();
  }

  private onSubmit(event: Event): void {
    event.preventDefault();
    const text = this.box.value.trim();
    if (!text || !this.chat) return;
    this.box.value = "";
    this.fit();
    this.log.toEnd();
    this.chat.write(text);
  }

  private fit(): void {
    this.box.rows = Math.min(6, this.box.value.split("\n").length);
  }

  private awayForm(): HTMLFormElement {
    const input = (name: string, label: string, type: string, complete: string): HTMLElement[] => [
      make("label", { for: name }, label),
      make("input", { id: name, name, type, autocomplete: complete, maxlength: "200" }),
    ];
    const error = make("p", { class: "error", role: "alert", hidden: true });
    const words = make("textarea", { id: "words", name: "text", rows: "4", maxlength: "5000" });
    const onsubmit = (event: Event): void => {
      event.preventDefault();
      const said = new FormData(this.form);
      const [name, email, text] = ["name", "email", "text"].map((field) => String(said.get(field) ?? "").trim());
      error.textContent = !/^\S+@\S+\.\S+$/.test(email ?? "") ? "Leave an e-mail address, such as name@example.com." : text ? "" : "Write something first.";
      error.hidden = !error.textContent;
      if (error.hidden) this.chat?.write(text ?? "", { name: name ?? "", email: email ?? "" });
    };
    const send = make("button", { class: "wide", type: "submit" }, "Send");
    return make("form", { class: "form", novalidate: true, hidden: true, onsubmit }, ...input("name", "Name", "text", "name"), ...input("email", "E-mail", "email", "email"), make("label", { for: "words" }, "Message"), words, error, send);
  }
}
