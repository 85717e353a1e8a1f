// A work item stays a person's while its page is open and the person is there; then it is others' turn.

const EVERY_MS = 60_000;
const AWAY_AFTER_MS = 10 * 60_000;

export function keepTurn(root, ask, words) {
  if (!root.dataset.isOwn) return;
  const badge = document.getElementById("turn-badge");
  let expires = new Date(root.dataset.expires);
  let active = Date.now();
  for (const sign of ["keydown", "pointerdown", "wheel"]) addEventListener(sign, () => (active = Date.now()), {passive: true});

  const clock = new Intl.DateTimeFormat(document.documentElement.lang, {hour: "numeric", minute: "2-digit", timeZone: "Europe/Helsinki"});
  const show = () => {
    const isOver = Date.now() >= expires;
    document.getElementById("turn-lost").hidden = !isOver;
    badge.classList.toggle("warn", expires - Date.now() < EVERY_MS * 2);
    document.getElementById("turn-words").textContent = isOver ? words("over") : words("until", {time: clock.format(expires)});
  };
  const renew = async () => {
    if (Date.now() - active > AWAY_AFTER_MS) return show();
    try {
      expires = new Date((await (await ask(`/work/${root.dataset.item}/turn`, {method: "POST", quiet: true})).json()).expires_at);
    } catch (problem) {
      if (problem.status === 409) expires = new Date();
    }
    show();
  };
  setInterval(renew, EVERY_MS);
  setInterval(show, 10_000);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renew());
  addEventListener("online", renew);
}
