// The loader that other sites put on their pages: <script src="https://<host>/f/<slug>/embed.js" async></script>.
// It stands alone (no imports), puts the form in a frame where the script stands, and follows the frame's height.
(() => {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) return;
  const address = new URL(script.src);
  const frame = document.createElement("iframe");
  const target = new URL("./?embed=1", address);
  // Of the page's own parameters only those that the form asks for go along, and what says where a visit came from.
  const wanted = new Set((script.dataset["params"] ?? "").split(","));
  for (const [name, value] of new URLSearchParams(location.search)) {
    if ((wanted.has(name) || name.startsWith("utm_")) && name !== "embed") target.searchParams.set(name, value);
  }
  frame.src = target.href;
  frame.title = script.dataset["title"] ?? "Contact form";
  frame.style.cssText = "display:block;width:100%;height:520px;border:0;background:transparent;color-scheme:normal";
  frame.setAttribute("loading", "lazy");
  script.after(frame);

  addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.origin !== address.origin || event.source !== frame.contentWindow) return;
    const told = event.data as { embed?: unknown; height?: unknown } | null;
    if (told?.embed !== "height" || typeof told.height !== "number") return;
    frame.style.height = `${Math.min(4000, Math.max(120, told.height))}px`;
  });
})();
export {};
