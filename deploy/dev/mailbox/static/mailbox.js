// Keeps the open page up to date without moving what is being read, and shows times as the reader's clock has them.

const POLL_MILLISECONDS = 2000;
const rows = document.getElementById("rows");
const empty = document.getElementById("empty");
const news = document.getElementById("news");

function localTimes(root) {
  for (const time of root.querySelectorAll("time:not([data-local])")) {
    const at = new Date(time.dateTime);
    const today = at.toDateString() === new Date().toDateString();
    time.textContent =
      "full" in time.dataset
        ? at.toLocaleString()
        : today
          ? at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
          : at.toLocaleDateString([], { day: "numeric", month: "short" });
    time.title = at.toLocaleString();
    time.dataset.local = "";
  }
}

function add(html, total) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const count = template.content.children.length;
  localTimes(template.content);
  rows.prepend(template.content);
  while (rows.children.length > total) rows.lastElementChild.remove();
  rows.dataset.newest = rows.querySelector("a").getAttribute("href").split("/").pop();
  empty.hidden = true;
  for (const button of document.querySelectorAll("form[action='/clear'] button")) button.disabled = false;
  news.textContent = count === 1 ? "One new mail" : `${count} new mails`;
}

async function poll() {
  if (document.hidden) return;
  try {
    const answer = await fetch(`/rows?after=${encodeURIComponent(rows.dataset.newest)}`);
    const total = Number(answer.headers.get("X-Total"));
    const html = (await answer.text()).trim();
    document.body.classList.remove("stale");
    if (html) add(html, total);
    else if (total === 0 && rows.children.length) location.assign("/"); // cleared elsewhere
  } catch {
    document.body.classList.add("stale"); // Marque is stopped; the next poll may find it again
  }
}

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-view]");
  if (!chosen) return;
  for (const button of document.querySelectorAll("[data-view]")) {
    const on = button === chosen;
    button.setAttribute("aria-pressed", String(on));
    document.getElementById(button.dataset.view).hidden = !on;
  }
});

localTimes(document);
setInterval(poll, POLL_MILLISECONDS);
document.addEventListener("visibilitychange", poll);
