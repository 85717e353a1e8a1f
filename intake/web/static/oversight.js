// Renews what is on the page every ten seconds: only what has changed, keeping focus and what is folded open.
const EVERY_MS = 10_000;
const live = document.getElementById("live");
const renewed = document.getElementById("renewed");
const pause = document.getElementById("pause");
let isPaused = false;
let last = new Date();

const clock = (moment) => new Intl.DateTimeFormat(document.documentElement.lang, {timeStyle: "medium", timeZone: "Europe/Helsinki", hourCycle: "h23"}).format(moment);
const tell = (name) => { renewed.textContent = renewed.dataset[name].replace("{clock}", clock(last)); };

function replace(fresh) {
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const shown = document.getElementById(part.id);
    if (!shown) continue;
    const open = new Set([...shown.querySelectorAll("details[open]")].map((details) => details.id));
    for (const details of part.querySelectorAll("details")) details.open = open.has(details.id);
    if (shown.outerHTML === part.outerHTML) continue;
    const focused = shown.contains(document.activeElement) ? document.activeElement : null;
    const place = focused?.id || (focused?.tagName === "SUMMARY" ? focused.parentElement.id : "");
    const link = focused?.getAttribute("href");
    shown.replaceWith(part);
    if (!focused) continue;
    const again = (place && document.getElementById(place)) || (link && part.querySelector(`[href="${CSS.escape(link)}"]`));
    (again?.tagName === "DETAILS" ? again.querySelector("summary") : again)?.focus({preventScroll: true});
  }
}

async function renew() {
  if (isPaused || document.hidden) return;
  try {
    const answer = await fetch(live.dataset.address, {headers: {Accept: "text/html", "X-Background": "1"}});
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
    last = new Date();
    tell("words");
  } catch {
    tell("stale");
  }
}

pause.addEventListener("click", () => {
  isPaused = !isPaused;
  pause.setAttribute("aria-pressed", isPaused);
  if (!isPaused) renew();
});
document.addEventListener("visibilitychange", renew);
setInterval(renew, EVERY_MS);
tell("words");
