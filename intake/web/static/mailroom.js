// The mailroom: files are brought one by one, and each tells what becomes of it.

import {days} from "./mailroom_days.js";

// The frame's own module, under the very address the page has loaded it from: a second address would run it twice.
const {csrf, listen, signInAgain, words} = await import(document.querySelector('script[src*="/saapuva.js"]').src);

const LOCALE = {fi: "fi-FI", sv: "sv-FI", en: "en-GB"}[document.documentElement.lang];
const AT_ONCE = 3;
const WAITS_S = [1, 2, 4, 8, 15];
const AGAIN = new Set([0, 408, 425, 429, 500, 502, 503, 504, 507]);
const $ = (id) => document.getElementById(id);

document.getElementById("print")?.addEventListener("click", () => print());

// --- what becomes of files ---------------------------------------------------------------------------------------

/** Put what the server has drawn of a file in the place of what is there, or at the end. */
function place(list, id, html) {
  const before = $(id);
  const box = document.createElement("template");
  box.innerHTML = html;
  const fresh = box.content.firstElementChild;
  if (before === null) list.append(fresh);
  else if (before.outerHTML !== fresh.outerHTML) {
    const hadFocus = before.contains(document.activeElement);
    const link = hadFocus ? document.activeElement.getAttribute("href") : null;
    before.replaceWith(fresh);
    if (hadFocus) (fresh.querySelector(`a[href="${CSS.escape(link ?? "")}"]`) ?? fresh.querySelector("a"))?.focus();
  }
  return fresh;
}

/** Look on while a batch is read, until nothing will change by itself. Gives whether that has come. */
function watch(address, list, only = "") {
  const watching = {isOver: false};
  const close = listen(address, {
    file: ({id, html}) => {
      if (only && only !== `file-${id}`) return;
      const fresh = place(list, `file-${id}`, html);
      if (only && fresh.dataset.settled === "1") location.reload(); // its pages can be shown now
    },
    summary: ({html}) => {
      if ($("summary")) $("summary").innerHTML = html;
    },
    over: () => {
      watching.isOver = true;
      close();
    },
  });
  return watching;
}

const shown = $("files");
if (shown?.dataset.events) watch(shown.dataset.events, shown, shown.dataset.only);

// --- bringing files ----------------------------------------------------------------------------------------------

const form = $("bring-form");
if (form) bring(form);

function bring(form) {
  const files = new Map(); // row id -> {file, key, row, state}
  const list = $("files");
  const fields = new FormData(form);
  let group = fields.get("group");
  let begun = false;
  let underWay = 0;
  let batch = null;
  let watching = null;

  // Which channel was used last is the best guess for the next.
  const kept = localStorage.getItem("channel");
  if (kept) form.querySelector(`[name=channel][value="${CSS.escape(kept)}"]`)?.click();

  $("folder-label").hidden = false;
  $("folder-chosen").hidden = false;
  for (const input of [$("files-chosen"), $("folder-chosen")]) {
    input.addEventListener("change", () => {
      add([...input.files]);
      input.value = "";
    });
  }
  dropping($("drop"), add);
  days(form, words, LOCALE);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    delete form.dataset.sent;
    send();
  });
  addEventListener("beforeunload", (event) => {
    if (underWay || [...files.values()].some((one) => one.state === "ready")) event.preventDefault();
  });
  showCount();

  function add(chosen) {
    const limit = Number(form.dataset.maxBytes);
    for (const file of chosen) {
      if (file.name.startsWith(".") || file.name === "Thumbs.db") continue; // what systems leave in folders
      const one = {file, key: newKey(), state: "ready", row: row(file)};
      files.set(one.key, one);
      $("sent-section").hidden = false;
      list.append(one.row);
      if (file.size > limit) {
        refuse(one, words("too-large", {limit: limit >> 20}), words("too-large-remedy"), []);
      } else {
        status(one, words("ready"));
        one.row.querySelector(".file-state").append(button(words("leave-out"), "plain small", () => leaveOut(one), file.name));
      }
    }
    if (chosen.length === 0) $("sending").textContent = words("empty");
    showCount();
    if (chosen.length) $("send").focus();
  }

  function leaveOut(one) {
    one.row.remove();
    files.delete(one.key);
    showCount();
  }

  function showCount() {
    const count = [...files.values()].filter((one) => one.state === "ready").length;
    $("send").disabled = count === 0;
    $("send-words").textContent = count === 0 ? words("send") : count === 1 ? words("send-one") : words("send-many", {count});
  }

  function send() {
    begun = true;
    localStorage.setItem("channel", new FormData(form).get("channel") ?? "");
    for (const field of form.querySelectorAll("[name=channel], [name=arrived], [name=sender], [name=reference]"))
      field.toggleAttribute(field.type === "radio" ? "disabled" : "readonly", true);
    form.dataset.channel ??= form.querySelector("[name=channel]:checked")?.value ?? "";
    next();
  }

  function next() {
    for (const one of files.values()) {
      if (underWay >= AT_ONCE) break;
      if (one.state === "ready") upload(one);
    }
    showCount();
    sums();
  }

  async function upload(one, extra = {}) {
    one.state = "sending";
    underWay += 1;
    one.row.className = "paper-file is-sending";
    one.row.querySelector(".file-problem")?.remove();
    let answer = null;
    for (let attempt = 0; ; attempt += 1) {
      answer = await once(one, extra);
      if (answer.status === 401 && (await signInAgain().then(() => true, () => false))) continue;
      if (!AGAIN.has(answer.status)) break;
      const seconds = WAITS_S[Math.min(attempt, WAITS_S.length - 1)];
      status(one, words("again-in", {seconds}), 0);
      await new Promise((done) => setTimeout(done, seconds * 1000));
    }
    underWay -= 1;
    if (answer.status === 200) taken(one, answer.said);
    else notTaken(one, answer.said, Object.keys(extra).length === 0);
    next();
  }

  /** One attempt. The key stays the same: what has arrived already is not taken twice. */
  function once(one, extra) {
    return new Promise((done) => {
      const body = new FormData();
      const said = {group, channel: form.dataset.channel, ...extra};
      for (const name of ["arrived", "sender", "reference"]) said[name] = form.elements[name].value;
      for (const [name, value] of Object.entries(said)) body.append(name, value);
      body.append("files", one.file, one.file.name);
      const request = new XMLHttpRequest();
      request.open("POST", "/mailroom/files");
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRF-Token", csrf());
      request.setRequestHeader("Idempotency-Key", one.key);
      request.upload.addEventListener("progress", (event) => {
        const percent = Math.floor((100 * event.loaded) / event.total);
        status(one, percent < 100 ? words("sending", {percent: `${percent} %`}) : words("checking"), percent);
      });
      request.addEventListener("loadend", () => {
        let said = {};
        try { said = JSON.parse(request.responseText); } catch { /* the connection broke, or something before us answered */ }
        done({status: request.status, said});
      });
      request.send(body);
    });
  }

  function taken(one, said) {
    one.state = "taken";
    if ($(`file-${said.file}`)) one.row.remove();
    else {
      one.row.id = `file-${said.file}`;
      one.row = place(list, one.row.id, said.html);
    }
    if (batch === null) {
      batch = said.batch;
      links(batch);
    }
    if (watching === null || watching.isOver) watching = watch(`/mailroom/batches/${batch}/events`, list);
  }

  function notTaken(one, said, mayBeKept) {
    const actions = [button(words("again"), "small", () => again(one), one.file.name)];
    if (said.html && mayBeKept)
      actions.push(button(words("quarantine"), "small", () => upload(one, {quarantine: "yes"}), one.file.name));
    actions.push(button(words("leave-out"), "plain small", () => leaveOut(one), one.file.name));
    if (said.html) {
      one.state = "refused";
      one.row.className = "paper-file is-refused";
      one.row.innerHTML = said.html;
      one.row.querySelector(".file-problem").append(bar(actions));
    } else {
      refuse(one, said.detail ?? words("not-sent"), said.remedy ?? "", actions);
    }
  }

  function refuse(one, problem, remedy, actions) {
    one.state = "refused";
    one.row.className = "paper-file is-refused";
    status(one, words("not-sent"));
    const box = document.createElement("div");
    box.className = "file-problem";
    const text = document.createElement("p");
    const strong = document.createElement("span");
    strong.className = "strong";
    strong.textContent = problem;
    text.append(strong, ` ${remedy}`);
    box.append(text, bar(actions));
    one.row.append(box);
  }

  function again(one) {
    const fresh = row(one.file);
    one.row.replaceWith(fresh);
    one.row = fresh;
    one.state = "ready";
    next();
  }

  function sums() {
    if (!begun) return;
    const all = [...files.values()];
    const sent = all.filter((one) => one.state === "taken").length;
    const bad = all.filter((one) => one.state === "refused").length;
    const parts = [words("sums", {sent, count: all.length})];
    if (bad) parts.push(words("sums-bad", {bad}));
    if (!underWay && sent + bad === all.length && sent) parts.push(bad ? words("some-bad") : words("all-sent"));
    $("sending").textContent = parts.join(" · ");
  }

  function links(id) {
    const box = $("sent-links").content.cloneNode(true);
    box.querySelector("[data-to=batch]").href = `/mailroom/batches/${id}`;
    box.querySelector("[data-to=receipt]").href = `/mailroom/batches/${id}/receipt`;
    $("sent-actions").replaceChildren(box);
  }
}

function row(file) {
  const made = document.createElement("li");
  made.className = "paper-file is-ready";
  const head = document.createElement("div");
  head.className = "file-head";
  const name = document.createElement("span");
  name.className = "file-name";
  name.textContent = file.name;
  const size = document.createElement("span");
  size.className = "quiet nowrap";
  size.textContent = `${Math.max(1, Math.round(file.size / 1000)).toLocaleString(LOCALE)} kB`;
  const state = document.createElement("span");
  state.className = "file-state";
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.hidden = true;
  bar.setAttribute("aria-label", file.name);
  const text = document.createElement("span");
  text.className = "state-words quiet";
  state.append(bar, text);
  head.append(name, size, state);
  made.append(head);
  return made;
}

function status(one, text, percent = null) {
  const said = one.row.querySelector(".state-words");
  if (said === null) return;
  said.textContent = text;
  const bar = one.row.querySelector("progress");
  bar.hidden = percent === null;
  bar.value = percent ?? 0;
  if (percent !== null) one.row.querySelector(".file-state button")?.remove();
}

function button(text, kind, act, about) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = kind;
  made.textContent = text;
  made.setAttribute("aria-label", `${text}: ${about}`);
  made.addEventListener("click", act);
  return made;
}

function bar(actions) {
  const made = document.createElement("p");
  made.className = "actions";
  made.append(...actions);
  return made;
}

/** A key that no other file has. randomUUID is missing where a page came without TLS from another machine. */
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// --- dropping ----------------------------------------------------------------------------------------------------

function dropping(zone, add) {
  let depth = 0;
  const over = (is) => zone.classList.toggle("is-over", is);
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("dragenter", () => over(++depth > 0));
  addEventListener("dragleave", () => over(--depth > 0));
  addEventListener("drop", async (event) => {
    event.preventDefault();
    depth = 0;
    over(false);
    // Entries must be asked for before the first wait: then the list is gone.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    add(entries.length ? (await Promise.all(entries.map(within))).flat() : [...event.dataTransfer.files]);
  });
}

async function within(entry) {
  if (entry.isFile) return [await new Promise((done, fail) => entry.file(done, fail))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) break;
    found.push(...some);
  }
  return (await Promise.all(found.map(within))).flat();
}
