// A message that comes while nobody looks: a notification and a sound, as the person chose (inbox/alerts). However many
// tabs of theirs are open, one of them tells; where one is being looked at, none does. And the figure in the title.
import { delegate, me, one } from "./dom";
import { hear, type Events } from "./events";

interface Alert {
  title: string;
  body: string;
  desktop: boolean;
  sound: boolean;
}

interface Note {
  message: string;
  tab: string;
  looks: boolean;
}

const ROUND = 500; // for the tabs to hear of each other
const SETTLE = 150; // for two notes of one message to become one
const TOLD = "alerted";
const KEPT = 50;
const tab = String(Math.random()).slice(2);
const noted: Note[] = [];
let channel: BroadcastChannel | null = null;
let count = "";

const looks = (): boolean => document.visibilityState === "visible" && document.hasFocus();

function onMessage({ conversation, message, direction }: Events["message_added"]): void {
  if (direction !== "in") return;
  const mine = { message, tab, looks: looks() };
  note(mine);
  channel?.postMessage(mine);
  setTimeout(() => void decide(conversation, message), ROUND);
}

function note(said: Note): void {
  noted.push(said);
  if (noted.length > KEPT * 4) noted.shift();
}

/** The one with the lowest number tells; a tab that hears of it late finds it noted. */
async function decide(conversation: string, message: string): Promise<void> {
  const tabs = noted.filter((one) => one.message === message);
  if (tabs.some((one) => one.looks) || tabs.some((one) => one.tab < tab)) return;
  if (!(await claim(message))) return;
  const answer = await fetch(`/inbox/${conversation}/${message}/alert/`).catch(() => null);
  if (answer?.status !== 200 || answer.redirected) return;
  const alert = (await answer.json()) as Alert;
  if (alert.desktop) show(alert, conversation);
  if (alert.sound) play();
}

/** Whether it is for this tab to tell: no tab of this person has noted it yet, or of those that did at once, this did last. */
async function claim(message: string): Promise<boolean> {
  const name = `${TOLD}:${me()}`;
  const claims = (): string[] => (localStorage.getItem(name) ?? "").split(" ");
  if (claims().some((claim) => claim.startsWith(`${message}:`))) return false;
  localStorage.setItem(name, [...claims().slice(1 - KEPT), `${message}:${tab}`].join(" "));
  await new Promise((done) => setTimeout(done, SETTLE));
  return claims().includes(`${message}:${tab}`);
}

function show({ title, body }: Alert, conversation: string): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const notification = new Notification(title, { body, tag: conversation });
  notification.onclick = () => {
    window.focus();
    location.assign(`/inbox/${conversation}/`);
  };
}

/** Two short tones, made here. A browser in which nobody has clicked yet stays silent. */
function play(): void {
  const audio = new AudioContext();
  const volume = audio.createGain();
  volume.connect(audio.destination);
  volume.gain.setValueAtTime(0.08, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.4);
  for (const [pitch, at] of [[660, 0], [880, 0.12]] as const) {
    const tone = audio.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(volume);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.25);
    tone.onended = () => at > 0 && void audio.close();
  }
}

/** How many open conversations are this person's, before the name of the window; "" for none. */
export function setCount(mine: string): void {
  count = mine;
  title();
}

function title(): void {
  const plain = document.title.replace(/^\([^)]*\) /, "");
  const wanted = count && count !== "0" ? `(${count}) ${plain}` : plain;
  if (document.title !== wanted) document.title = wanted;
}

async function ask(): Promise<void> {
  if ("Notification" in window) await Notification.requestPermission();
  showPermission();
}

const WORDS: Record<string, string> = {
  granted: "This browser lets notifications through.",
  denied: "This browser keeps notifications back. Allow them for this site in its settings, beside the address.",
  missing: "This browser shows no notifications here.",
};

function showPermission(): void {
  const words = one("[data-permission-words]");
  const state = "Notification" in window ? Notification.permission : "missing";
  const text = WORDS[state];
  if (!words || !text) return;
  words.textContent = text;
  one("[data-ask-permission]")?.toggleAttribute("hidden", true);
}

export function start(): void {
  showPermission();
  delegate("click", "[data-ask-permission]", () => void ask());
  const name = one("title");
  if (name) new MutationObserver(title).observe(name, { childList: true });
  if (!document.body.dataset["wsUrl"]) return;
  channel = new BroadcastChannel(`alerts:${me()}`);
  channel.addEventListener("message", (event: MessageEvent<Note>) => note(event.data));
  hear("message_added", onMessage);
}
