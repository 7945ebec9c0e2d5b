// The chat on somebody's page: <script async src="https://<host>/chat/widget.js" data-key="…"></script>.
// It stands alone, needs no cookies, and obeys a policy that allows this one host for scripts, connections and images.
import { Api } from "./api";
import { Chat } from "./chat";
import { remembered } from "./memory";
import type { Config } from "./types";
import { View } from "./view";

async function start(script: HTMLScriptElement): Promise<void> {
  const base = new URL("./", script.src).href;
  const preview = script.dataset["preview"];
  if (preview) {
    new View(JSON.parse(preview) as Config, null).open();
    return;
  }
  const key = script.dataset["key"] ?? "";
  const api = new Api(base, key);
  const config = await api.config().catch(() => null);
  if (!config) return; // not set up for this site: its page stays as it is
  new Chat(api, config, remembered(key));
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  if (document.body) void start(script);
  else document.addEventListener("DOMContentLoaded", () => void start(script));
}
