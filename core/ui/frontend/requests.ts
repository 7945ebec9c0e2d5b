// What holds for every htmx request: a redirect is followed by the whole page, and a failure is said in words.
import htmx, { type HtmxRequestCtx } from "htmx.org";
import { isLeaving } from "./pieces/stay";
import { say } from "./pieces/toast";

const WORDS: Record<number, string> = {
  0: "No connection. Nothing was changed; try again in a moment.",
  400: "The server could not make sense of this. Reload the page and try again.",
  403: "You may not do this, or the page has expired. Reload it and try again.",
  404: "This is gone: somebody may have removed it.",
  409: "Somebody was faster. Reload to see how it stands.",
  413: "That is too large to send.",
  429: "Too many at once. Wait a minute, then try again.",
};

/** By X-Refusal (tenants/refusals.py): why a whole workspace says no. */
const REFUSALS: Record<string, string> = {
  "read-only": "Nothing was changed: this workspace is read-only until a payment that is past due is marked as paid.",
};

/** Headers of a request that nobody asked for: its failure is nobody's news. */
export const QUIET = { "X-Background": "1" };

/** For a request that htmx does not make. */
export function csrfToken(): string {
  const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}") as Record<string, string>;
  return headers["X-CSRFToken"] ?? "";
}

/** A POST that outlives the page and whose answer nobody waits for. */
export function post(url: string): void {
  void fetch(url, { method: "POST", keepalive: true, headers: { "X-CSRFToken": csrfToken() } }).catch(() => null);
}

function isQuiet(ctx: HtmxRequestCtx | undefined): boolean {
  return ctx?.request.headers["X-Background"] !== undefined;
}

/** A support person is refused as such: nothing has expired, and no admin of theirs could change it. */
function closedToSupport(): string | undefined {
  return document.querySelector(".stay-bar") ? "This is closed to support. Nothing was changed." : undefined;
}

function ctxOf(event: Event): HtmxRequestCtx | undefined {
  return (event as CustomEvent<{ ctx?: HtmxRequestCtx }>).detail?.ctx;
}

export function start(): void {
  htmx.config.defaultTimeout = 20_000;
  document.addEventListener("htmx:before:response", (event) => {
    const raw = ctxOf(event)?.response?.raw;
    // An answer that was on its way when somebody left, and now leads to a sign-in page, is nobody's any more.
    const isLate = raw && isLeaving() && !/\/(leave|logout)\/$/.test(new URL(raw.url).pathname);
    if (isLate || raw?.redirected) event.preventDefault();
    if (!isLate && raw?.redirected) location.assign(raw.url);
  });
  document.addEventListener("htmx:response:error", (event) => {
    const response = ctxOf(event)?.response;
    const status = response?.status ?? 0;
    if (isQuiet(ctxOf(event)) || status === 422) return; // 422 answers with the form and its errors
    const refusal = REFUSALS[response?.raw.headers.get("X-Refusal") ?? ""] ?? (status === 403 ? closedToSupport() : undefined);
    say({ text: refusal ?? WORDS[status] ?? "That went wrong on our side. Try again in a moment.", level: "error" });
  });
  document.addEventListener("htmx:error", (event) => {
    const ctx = ctxOf(event);
    if (ctx && !ctx.response && !isQuiet(ctx)) say({ text: WORDS[0] ?? "", level: "error" });
  });
}
