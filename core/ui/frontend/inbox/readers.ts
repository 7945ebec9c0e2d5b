// How far each teammate has read: their small faces below the last message that each has seen. The page brings the marks
// as they were; what moves comes in passing (company.ts), and from what they write themselves.
import { all, me, one } from "../dom";
import { hear, type Events, type Teammate } from "../events";
import { faceOf, inWords, type Face } from "../faces";

interface Reader extends Face {
  seq: number;
}

const SHOWN = 5;
const readers = new Map<string, Reader>();
let conversation = "";

/** Marks that came with a thread. */
function take(): void {
  const list = one("#readers");
  const of = list?.dataset["conversation"] ?? "";
  if (of !== conversation) readers.clear();
  conversation = of;
  for (const mark of list ? all("li", list) : []) {
    const { user = "", seq = "0", name = "", initials = "", hue = "0" } = mark.dataset;
    moves(user, { seq: Number(seq), name, initials, hue: Number(hue) });
  }
  list?.replaceChildren();
}

function moves(user: string, reader: Reader): void {
  if (user !== me() && reader.seq > (readers.get(user)?.seq ?? 0)) readers.set(user, reader);
}

/** After every swap. A reader whose last message is not loaded has no face here. */
export function settle(): void {
  take();
  const messages = all("#messages .msg[data-seq]");
  const isApart = one("#newer-messages") !== null;
  const by = new Map<HTMLElement, Reader[]>();
  for (const reader of readers.values()) {
    const last = messages.filter((message) => Number(message.dataset["seq"]) <= reader.seq).at(-1);
    const isLater = isApart && last === messages.at(-1) && reader.seq > Number(last?.dataset["seq"]);
    if (last && !isLater) by.set(last, [...(by.get(last) ?? []), reader]);
  }
  for (const message of messages) show(message, by.get(message) ?? []);
}

function show(message: HTMLElement, found: Reader[]): void {
  const stands = one(":scope > .msg-readers", message);
  const words = found.length ? `Seen by ${inWords(found.map(({ name }) => name))}` : "";
  if ((stands?.dataset["tip"] ?? "") === words) return;
  stands?.remove();
  if (!words) return;
  const faces = document.createElement("button");
  faces.type = "button";
  faces.className = "msg-readers tip";
  faces.dataset["tip"] = words;
  faces.setAttribute("aria-label", words);
  faces.setAttribute("aria-live", "off"); // the messages around it are read out as they come
  faces.append(...found.slice(0, SHOWN).map(faceOf));
  if (found.length > SHOWN) faces.append(`+${found.length - SHOWN}`);
  message.append(faces);
}

function onLooks({ c, u, seq, name, initials, hue }: Teammate): void {
  if (c !== conversation || !seq) return;
  moves(u, { seq: Number(seq), name, initials, hue: Number(hue) });
  settle();
}

/** Who writes has read what stands above. */
function onMessage({ conversation: of, author, seq }: Events["message_added"]): void {
  const reader = author && of === conversation ? readers.get(author) : undefined;
  if (author && reader) moves(author, { ...reader, seq });
  settle();
}

export function start(): void {
  hear("looks", onLooks);
  hear("writes", onLooks);
  hear("message_added", onMessage);
}
