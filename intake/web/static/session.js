// The session of the page: a warning before it ends, a dialog when it has ended, and no typed word lost by either.

const WARNING_S = 120;
// The dialogs are part of the page only while they are shown: their fields are no fields of the page.
const parts = document.getElementById("session-dialogs")?.content;
const warning = parts?.querySelector("#session-warning");
const over = parts?.querySelector("#session-over");
const form = over?.querySelector("form");
let endsAt = 0; // on this page's clock, in ms
let timer = 0;
let again = null; // the sign-in under way: {promise, resolve, reject}

const quietly = {Accept: "application/json", "X-Background": "1"};
export const csrf = () => document.querySelector('meta[name="csrf"]').content;

/** How the session stands, without keeping it alive; null when it has ended. Throws when nobody answers. */
async function standing() {
  const answer = await fetch("/session", {headers: quietly});
  return answer.status === 401 ? null : answer.json();
}

function show(dialog) {
  document.body.append(dialog);
  dialog.showModal();
}

function note(seen) {
  endsAt = Date.now() + seen.ends_in_s * 1000;
  document.querySelector('meta[name="csrf"]').content = seen.csrf;
  for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = seen.csrf;
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(endsAt - Date.now() - WARNING_S * 1000, 1000));
}

/** Time to warn, as far as this page knows; another tab may have kept the session alive, or another may sleep. */
async function look() {
  let seen;
  try {
    seen = await standing();
  } catch {
    timer = setTimeout(look, 5000);
    return;
  }
  if (seen === null) {
    warning.close();
    return void signInAgain().catch(() => {});
  }
  note(seen);
  if (seen.ends_in_s > WARNING_S + 2) return warning.close();
  clearTimeout(timer);
  if (!warning.open) show(warning);
  tick();
}

function tick() {
  if (!warning.open) return;
  const left = Math.max(0, Math.round((endsAt - Date.now()) / 1000));
  warning.querySelector("output").value = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  clearTimeout(timer);
  timer = setTimeout(left % 10 === 0 ? look : tick, 1000);
}

async function stay() {
  const answer = await fetch("/session/stay", {method: "POST", headers: {Accept: "application/json", "X-CSRF-Token": csrf()}});
  warning.close();
  if (answer.ok) note(await answer.json());
  else signInAgain().catch(() => {});
}

/** Ask for the password in a dialog. Resolves when the same person is signed in again; rejects when it is put off. */
export function signInAgain() {
  if (!over) return Promise.reject(new Error("nobody was signed in"));
  if (again === null) {
    again = {};
    again.promise = new Promise((resolve, reject) => Object.assign(again, {resolve, reject}));
    again.promise.catch(() => {});
    form.password.value = "";
    form.querySelector("[data-error]").textContent = "";
    show(over);
    form.password.focus();
  }
  return again.promise;
}

function finish(how, what) {
  const waiting = again;
  again = null;
  if (over.open) over.close();
  waiting?.[how](what);
}

async function send(event) {
  event.preventDefault();
  event.stopPropagation();
  const said = form.querySelector("[data-error]");
  const answer = await fetch("/sign-in", {
    method: "POST", headers: {Accept: "application/json"},
    body: new URLSearchParams({login: form.dataset.login, password: form.password.value}),
  }).catch(() => null);
  const seen = answer ? await answer.json().catch(() => ({})) : {};
  form.password.value = "";
  if (answer?.ok) {
    note(seen);
    finish("resolve");
  } else {
    said.textContent = form.dataset[`error${answer?.status ?? 0}`] ?? form.dataset.error0;
    form.password.focus();
  }
}

/** Hold a form back until the session is known to stand: what a dead one is sent is lost with the page. */
async function holdBack(event) {
  const sent = event.target;
  if (sent === form || sent.method !== "post" || sent.dataset.isSure || event.defaultPrevented) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter;
  try {
    if ((await standing()) === null) await signInAgain();
  } catch {
    return;
  }
  sent.dataset.isSure = "1";
  try {
    sent.requestSubmit(button);
  } finally {
    delete sent.dataset.isSure;
  }
}

if (over) {
  note({ends_in_s: Number(document.querySelector('meta[name="session-left"]').content), csrf: csrf()});
  for (const dialog of [warning, over]) dialog.addEventListener("close", () => dialog.remove());
  form.addEventListener("submit", send);
  over.addEventListener("cancel", () => finish("reject", new Error("put off")));
  warning.querySelector('[data-session="stay"]').addEventListener("click", stay);
  warning.querySelector('[data-session="leave"]').addEventListener("click", () => document.getElementById("sign-out").requestSubmit());
  over.querySelector('[data-session="later"]').addEventListener("click", () => finish("reject", new Error("put off")));
  warning.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  document.addEventListener("submit", holdBack, true);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && endsAt - Date.now() < WARNING_S * 1000) look(); });
}
