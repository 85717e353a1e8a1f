// What every page needs: menus that close, toasts, requests that carry the form token, keys that stay out of the way.

import {csrf, signInAgain} from "./session.js";
export {csrf, signInAgain};

/**
 * fetch() with the form token. Throws {problem, remedy, status} when the answer is none of 2xx.
 * Where the session has ended the person signs in again in a dialog, and the same is asked once more.
 * With `quiet: true` it is the page that asks, not the person: that keeps no session alive.
 */
export async function ask(address, options = {}) {
  const answer = await asked(address, options);
  if (answer.ok) return answer;
  if (answer.status === 401 && (await signInAgain().then(() => true, () => false))) return ask(address, options);
  const said = await answer.json().catch(() => ({}));
  throw {...said, status: answer.status, problem: said.detail ?? answer.statusText, remedy: said.remedy ?? ""};
}

async function asked(address, {json, quiet, ...options}) {
  const headers = {Accept: "application/json", "X-CSRF-Token": csrf(), ...options.headers};
  if (quiet) headers["X-Background"] = "1";
  if (json !== undefined) {
    headers["Content-Type"] = "application/json";
    options = {method: "POST", ...options, body: JSON.stringify(json)};
  }
  try {
    return await fetch(address, {...options, headers});
  } catch {
    throw {status: 0, problem: words("offline"), remedy: words("offline-remedy")};
  }
}

/**
 * Server-sent events: `on` holds a function for each kind. A stream that ends is opened anew, after signing in where the
 * session has ended. Gives a function that closes it.
 */
export function listen(address, on) {
  let source = null;
  let isClosed = false;
  const open = () => {
    source = new EventSource(address);
    for (const [kind, work] of Object.entries(on)) source.addEventListener(kind, (event) => work(JSON.parse(event.data), event));
    source.addEventListener("error", async () => {
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      await new Promise((done) => setTimeout(done, 3000));
      const answer = await asked("/session", {quiet: true}).catch(() => null);
      if (answer?.status === 401 && !(await signInAgain().then(() => true, () => false))) return;
      if (!isClosed) open();
    });
  };
  open();
  return () => {
    isClosed = true;
    source.close();
  };
}

/** Words the server has put on the page: <template id="words" data-offline="…">. */
export function words(name, values = {}) {
  const kept = document.getElementById("words")?.dataset ?? {};
  const camel = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  return Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), kept[camel] ?? "");
}

/** Say something in passing; read out politely. Problems stay until they are closed. */
export function toast(text, tone = "calm") {
  const box = document.createElement("div");
  box.className = `toast ${tone}`;
  box.textContent = text;
  document.getElementById("toasts").append(box);
  if (tone !== "bad") setTimeout(() => box.remove(), 6000);
  else box.addEventListener("click", () => box.remove());
  return box;
}

/** Is the person typing? Keys of one letter are for everybody else. */
export const isTyping = (event) =>
  event.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  if (form.method === "post") form.dataset.sent = "1";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
