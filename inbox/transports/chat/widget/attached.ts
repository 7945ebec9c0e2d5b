// The files of a message: pictures to look at, the rest to keep. Their addresses end, and are asked for anew when needed.
import { icon, make } from "./dom";
import type { Message, SentFile } from "./types";

/** What of a message its files need; one that is on its way has no id yet. */
export type Carrying = Pick<Message, "id" | "files" | "until">;

const MARGIN = 30_000;
const PAGE = ["M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7Z", "M14 2v4a2 2 0 0 0 2 2h4"];

/** Where files are: an address on the host of the chat, and a message with new ones. */
export interface Files {
  at(path: string): string;
  renewed(message: Carrying): Promise<Carrying | null>;
}

export function attached(message: Carrying, files: Files): HTMLElement {
  return make("ul", { class: "files", "aria-label": "Files" }, ...message.files.map((_, at) => make("li", {}, entry(message, at, files))));
}

/** A sheet of paper. */
export const page = (): SVGElement => icon(...PAGE);

function entry(first: Carrying, at: number, files: Files): HTMLAnchorElement {
  let message = first;
  const file = (): SentFile => message.files[at] as SentFile;
  const { name, small, width, height } = file();
  const link = make("a", { class: small ? "picture" : "file", href: files.at(file().url), target: "_blank", rel: "noopener noreferrer", title: name });
  const renew = async (): Promise<boolean> => {
    message = (await files.renewed(message)) ?? message;
    link.href = files.at(file().url);
    return message.until > Date.now();
  };
  link.addEventListener("click", (event) => {
    if (Date.now() < message.until - MARGIN) return;
    event.preventDefault();
    void renew().then((isFresh) => isFresh && open(link.href, "_blank", "noopener,noreferrer"));
  });
  if (!small) {
    link.append(page(), make("span", { class: "name" }, name), make("small", {}, file().size));
    return link;
  }
  const picture = make("img", { src: files.at(small), width: String(width), height: String(height), alt: name, loading: "lazy" });
  let isSecond = false;
  picture.addEventListener("error", () => {
    if (isSecond) return;
    isSecond = true; // its address had ended before it was scrolled to
    void renew().then(() => (picture.src = files.at(file().small)));
  });
  link.append(picture);
  return link;
}
