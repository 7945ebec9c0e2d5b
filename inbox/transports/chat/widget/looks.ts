// Style sheets made by script and adopted by the shadow root: a strict policy of the page has nothing to refuse.
import type { Config } from "./types";

const COLOUR = /^oklch\([0-9. ]+\)$/;
const FONT = /^[\w\s,"-]+$/;

function colours(given: Record<string, string>): string {
  return Object.entries(given)
    .filter(([name, value]) => /^[a-z-]+$/.test(name) && COLOUR.test(value))
    .map(([name, value]) => `--${name}:${value};`)
    .join("");
}

/** The brand, then the shape of everything. */
export function sheets({ light, dark, radius, font }: Config): CSSStyleSheet[] {
  const brand = `:host{${colours(light)}--radius:${Math.min(24, Number(radius) || 0)}px;--font:${FONT.test(font) ? font : "system-ui"}}
@media (prefers-color-scheme:dark){:host{${colours(dark)}}}`;
  return [brand, SHAPE].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
}

const SHAPE = `
:host{all:initial!important;position:fixed!important;inset:auto 20px 20px auto!important;z-index:2147483000!important;display:block!important}
*{box-sizing:border-box;margin:0;padding:0;font:inherit;color:inherit}
[hidden]{display:none!important}
.panel,.launcher{color-scheme:light dark;font:14px/1.45 var(--font),system-ui,sans-serif;color:var(--ink)}
button{border:0;background:none;cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
ol,.panel,.scroll,.row,.files,.tray,.ahead,.form,.ask{display:flex;flex-direction:column}
header,.who,.file,.ahead li,.buttons{display:flex;align-items:center;gap:8px}
.launcher,.face,.close,.send,.drop,.clip,.drops::after{display:grid;place-items:center}
header,.face,.status,.file svg,small,.more,.typing,.composer,.send,.ahead li>svg,.again,.drop,.clip{flex:none}
h2,.of,.name{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.bubble,.status{white-space:pre-line;overflow-wrap:anywhere}
.of,.who,small,.note,.more,.typing,.again,.badge{font-size:12px}
.status,label,.error,.face{font-size:13px}
.who,.file svg,small,.note,.more,.typing,.ahead li>svg,.drop,.clip,.plain,::placeholder{color:var(--muted)}
.launcher,.badge,.face,.close,.send{border-radius:99px}
.panel,.picture,.file,.ahead li,.ask{border:1px solid var(--line);border-radius:var(--radius);background:var(--raised)}
.face{width:36px;height:36px;background:var(--on-accent);color:var(--accent);font-weight:660}
.launcher,header,.small,.send,.wide,.own .bubble{background:var(--accent);color:var(--on-accent)}
svg{width:20px;height:20px;display:block}
ol,ul{list-style:none}
ol{gap:10px}
.launcher{position:relative;width:56px;height:56px;margin-left:auto;box-shadow:0 6px 20px rgb(0 0 0/.22);transition:transform .14s}
.launcher:hover{transform:scale(1.04)}
.launcher svg{width:26px;height:26px}
.launcher svg+svg,.launcher[aria-expanded=true] svg:first-child{display:none}
.launcher[aria-expanded=true] svg+svg{display:block}
.badge{position:absolute;top:-3px;right:-3px;min-width:22px;height:22px;padding:0 6px;background:var(--error);color:var(--ground);font-weight:700;line-height:22px;text-align:center}
.panel{position:absolute;right:0;bottom:70px;width:372px;height:min(600px,calc(100vh - 120px));height:min(600px,calc(100dvh - 120px));overflow:hidden;border-radius:calc(var(--radius) + 6px);background:var(--ground);box-shadow:0 16px 48px rgb(0 0 0/.24);animation:rise .16s}
header{gap:12px;padding:14px 12px 14px 16px}
header div{flex:1;min-width:0}
h2{font-size:15px;font-weight:640}
.logo{max-width:96px;height:32px;object-fit:contain;border-radius:6px;background:var(--ground);padding:3px}
.small{width:22px;height:22px;font-size:9px}
.close{width:44px;height:44px}
header :focus-visible{outline-color:var(--on-accent)}
.status{padding:12px 16px;border-bottom:1px solid var(--line);background:var(--raised)}
.scroll{flex:1;min-height:0;overflow-y:auto;overscroll-behavior:contain;gap:10px;padding:16px}
.scroll:focus-visible{outline-offset:-3px}
.row{align-items:flex-start;gap:3px}
.own{align-items:flex-end}
.who{gap:6px}
.bubble{max-width:86%;padding:8px 13px;border-radius:calc(var(--radius) + 6px);border-bottom-left-radius:4px;background:var(--bubble)}
.own .bubble{border-bottom-left-radius:calc(var(--radius) + 6px);border-bottom-right-radius:4px}
.bubble a{text-decoration:underline;text-underline-offset:2px}
.files{align-items:inherit;gap:4px;max-width:86%}
.files li{max-width:100%}
.picture,.file{display:flex;overflow:hidden;border-radius:calc(var(--radius) + 2px);text-decoration:none}
.picture img{max-width:100%;height:auto;background:var(--bubble)}
.file{min-height:44px;padding:6px 12px;max-width:100%}
.name{min-width:0}
.waits .bubble{opacity:.7}
.failed .bubble{background:var(--raised);color:var(--ink);box-shadow:inset 0 0 0 1px var(--error)}
.note{display:flex;gap:6px}
.failed .note{color:var(--error)}
.note button,.again{font-weight:600;text-decoration:underline;color:var(--accent)}
.more{align-self:center;padding:6px 10px;text-decoration:underline}
.typing{min-height:20px;padding:0 16px}
.composer{display:flex;flex-wrap:wrap;align-items:flex-end;gap:8px;padding:8px 10px 12px 16px;border-top:1px solid var(--line)}
.composer textarea{flex:1;min-width:0;padding:9px 0;border:0;background:none;resize:none;outline:0}
.composer:focus-within{border-color:var(--accent);box-shadow:inset 0 1px var(--accent)}
::placeholder{opacity:1}
.send{width:40px;height:40px}
.tray{flex:0 0 100%;gap:6px;padding-right:6px}
.tray:not(:has(>:not([hidden]))){display:none}
.ahead{gap:4px;max-height:180px;overflow-y:auto}
.ahead li{min-height:40px;padding:0 0 0 10px}
.ahead div{flex:1;min-width:0;display:grid;grid-template-columns:minmax(0,1fr) auto;align-items:baseline;gap:0 8px;padding:5px 0}
.ahead .failed{border-color:var(--error)}
.failed small{grid-column:1/-1;color:var(--error)}
progress{grid-column:1/-1;width:100%;height:6px;accent-color:var(--accent)}
.drop,.clip{width:36px;height:40px}
.drop svg{width:16px;height:16px}
.clip{margin-left:-8px}
.clip:hover,.drop:hover{color:var(--ink)}
.drops::after{content:"Drop files here";position:absolute;inset:6px;border:2px dashed var(--accent);border-radius:var(--radius);background:var(--ground);font-weight:600;pointer-events:none}
.form{gap:6px;flex:1;min-height:0;overflow-y:auto;padding:16px}
.ask{gap:8px;padding:12px}
label{font-weight:560}
input,.form textarea{width:100%;padding:9px 12px;border:1px solid var(--edge);border-radius:var(--radius);background:var(--ground);resize:vertical}
.form input{margin-bottom:6px}
.error{color:var(--error)}
.wide{min-height:40px;padding:0 16px;border-radius:var(--radius);font-weight:600}
.plain{min-height:40px;padding:0 8px}
@media (max-width:480px){.panel{position:fixed;inset:0;width:auto;height:auto;border:0;border-radius:0}.panel:not([hidden])~.launcher{display:none}textarea,input{font-size:16px}}
@media (prefers-reduced-motion:reduce){.panel,.launcher{animation:none;transition:none}}
@keyframes rise{from{opacity:0;transform:translateY(8px)}}
`;
