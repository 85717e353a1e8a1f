// What every page needs: menus that close, toasts, requests that carry the form token, keys that stay out of the way.

export const csrf = () => document.querySelector('meta[name="csrf"]').content;

/** fetch() with the form token. Throws {problem, remedy, status} when the answer is none of 2xx. */
export async function ask(address, options = {}) {
  const headers = {Accept: "application/json", "X-CSRF-Token": csrf(), ...options.headers};
  if (options.json !== undefined) {
    headers["Content-Type"] = "application/json";
    options = {method: "POST", ...options, body: JSON.stringify(options.json)};
  }
  let answer;
  try {
    answer = await fetch(address, {...options, headers});
  } catch {
    throw {status: 0, problem: words("offline"), remedy: words("offline-remedy")};
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw {...said, status: answer.status, problem: said.detail ?? answer.statusText, remedy: said.remedy ?? ""};
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
