// The screen on which pages are arranged: rows are drawn from what a person has said; nothing is saved until it is confirmed.
import * as pages from "./arrange_rows.js";

// One copy of the page's own script: an import by another address would run it twice.
const {ask, words, isTyping} = await import(document.querySelector('script[src*="/saapuva.js"]').src);

const $ = (id) => document.getElementById(id);
const place = $("rows");
const beginning = JSON.parse($("state").textContent);
const locked = beginning.filter((row) => row.work.includes("sent") || row.work.includes("original"));
let rows = beginning;
let done = [];
let undone = [];
let chosen = rows[0]?.pages[0]?.number ?? 0;
const tiles = new Map();

// ---- drawing

function tileOf(page) {
  if (!tiles.has(page.number)) {
    const tile = $("page-piece").content.cloneNode(true).firstElementChild;
    tile.dataset.number = page.number;
    const image = tile.querySelector("img");
    if (page.number <= 12) image.loading = "eager";
    if (page.has_image) image.src = place.dataset.small.replace("/0/", `/${page.number}/`);
    tile.querySelector(".arrange-cut .visually-hidden").textContent = words("cut", {n: page.number});
    tile.querySelector(".arrange-cut").title = words("cut", {n: page.number});
    tiles.set(page.number, tile);
  }
  return tiles.get(page.number);
}

function labelOf(row, page, document) {
  const within = pages.inDocument(row);
  const at = within.findIndex((other) => other.number === page.number) + 1;
  let text = page.mark ? words(`page-${page.mark}`, {n: page.number})
    : words("page-in", {n: page.number, d: document, at, of: within.length});
  if (page.turn) text += `, ${words("turned", {n: page.turn})}`;
  return text;
}

function drawPage(row, page, document) {
  const tile = tileOf(page);
  const button = tile.querySelector(".arrange-page");
  button.setAttribute("aria-label", labelOf(row, page, document));
  button.tabIndex = page.number === chosen ? 0 : -1;
  button.setAttribute("aria-current", page.number === chosen ? "true" : "false");
  tile.dataset.mark = page.mark;
  tile.querySelector("img").dataset.turn = page.turn;
  tile.querySelector(".arrange-number").textContent = page.mark ? `${page.number} · ${words(page.mark)}` : page.number;
  tile.querySelector(".arrange-cut").hidden = row.pages[0] === page;
  return tile;
}

function drawRow(row, at, document) {
  const section = $("row-piece").content.cloneNode(true).firstElementChild;
  section.dataset.row = at;
  section.classList.toggle("is-none", !document);
  const title = section.querySelector(".arrange-title");
  title.textContent = document ? words("document", {n: document}) : words("none");
  const choice = section.querySelector("select");
  section.querySelector(".arrange-type span").textContent = words("type-of", {n: document});
  section.querySelector(".arrange-type").hidden = section.querySelector('[data-act="misdirect"]').hidden = !document;
  const same = beginning.find((first) => first.type && pages.stays(first, [{...row, said_type: null, because: null}]));
  const asRead = choice.querySelector(`option[value="${same?.type ?? ""}"]`)?.textContent;
  choice.options[0].textContent = same ? words("as-read", {type: asRead}) : words("as-read-unknown");
  choice.value = row.said_type ?? "";
  const work = same && pages.stays(same, rows) ? same.work[0] : null;
  const badge = section.querySelector(".arrange-work");
  badge.hidden = !work;
  if (work) badge.lastElementChild.textContent = words(work);
  const because = section.querySelector(".arrange-because");
  because.hidden = !row.because;
  because.lastElementChild.textContent = row.because ?? "";
  section.querySelector(".arrange-pages").append(...row.pages.map((page) => drawPage(row, page, document)));
  return section;
}

function draw() {
  const documents = pages.numbered(rows);
  const drawn = rows.flatMap((row, at) => {
    const section = drawRow(row, at, documents[at]);
    if (at === 0) return [section];
    const join = $("join-piece").content.cloneNode(true).firstElementChild;
    join.dataset.row = at;
    const text = documents[at - 1] && documents[at] ? words("join", {a: documents[at - 1], b: documents[at]}) : words("join-rows");
    join.querySelector("span").textContent = text;
    join.title = text;
    join.tabIndex = -1;
    return [join, section];
  });
  place.replaceChildren(...drawn);
  drawBar();
}

function drawBar() {
  const page = chosen ? pages.pageOf(rows, chosen) : null;
  const [at] = page ? pages.placeOf(rows, chosen) : [0];
  $("chosen").textContent = page ? words("page", {n: page.number}) : "";
  for (const button of $("bar").querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", page?.mark === button.dataset.act);
  $("bar").querySelector('[data-act="merge"]').disabled = at === 0;
  $("bar").querySelector('[data-act="split"]').disabled = !page || pages.placeOf(rows, chosen)[1] === 0;
  $("undo").disabled = !done.length;
  $("redo").disabled = !undone.length;
  $("confirm").disabled = place.dataset.ready !== "yes";
  $("confirm").firstElementChild.textContent = done.length ? words("read-arranged") : words("read-again");
}

const say = (text) => { $("said").textContent = ""; requestAnimationFrame(() => { $("said").textContent = text; }); };

function choose(number, focus = true) {
  chosen = number;
  for (const [one, tile] of tiles) {
    const button = tile.querySelector(".arrange-page");
    button.tabIndex = one === number ? 0 : -1;
    button.setAttribute("aria-current", one === number ? "true" : "false");
  }
  drawBar();
  if (focus) {
    tiles.get(number).querySelector(".arrange-page").focus();
    tiles.get(number).scrollIntoView({block: "nearest", inline: "nearest"});
  }
}

// ---- what a person does

/** Take the next rows, unless a document would change that must stay as it is. */
function take(next, text, focus) {
  if (!next) return false;
  const broken = locked.find((row) => !pages.stays(row, next));
  if (broken) {
    const number = pages.numbered(beginning)[beginning.indexOf(broken)];
    const why = words(broken.work.find((work) => work !== "corrected"));
    say(words("is-locked", {n: number, why}));
    note(words("is-locked", {n: number, why}));
    return false;
  }
  done.push(rows);
  undone = [];
  rows = next;
  draw();
  say(text);
  if (focus) choose(chosen);
  return true;
}

function note(text) {
  const old = document.querySelector(".arrange-note");
  old?.remove();
  const box = document.createElement("p");
  box.className = "arrange-note badge warn";
  box.textContent = text;
  $("chosen").after(box);
  setTimeout(() => box.remove(), 6000);
}

function back(from, to, text) {
  if (!from.length) return;
  to.push(rows);
  rows = from.pop();
  draw();
  say(text);
}

const documentOf = (number) => pages.numbered(rows)[pages.placeOf(rows, number)[0]];

const ACTS = {
  split: (focus) => take(pages.split(rows, chosen), words("did-split", {n: chosen}), focus) || say(words("is-first", {n: chosen})),
  merge: (focus) => take(pages.merge(rows, pages.placeOf(rows, chosen)[0]), words("did-merge"), focus) || say(words("no-above")),
  rotate: (focus, event) => {
    const next = pages.turn(rows, chosen, event?.shiftKey ? -90 : 90);
    take(next, words("did-rotate", {n: chosen, t: pages.pageOf(next, chosen).turn}), focus);
  },
  blank: (focus) => marked("blank", focus),
  separator: (focus) => marked("separator", focus),
  back: (focus) => moved(-1, focus),
  on: (focus) => moved(1, focus),
  look: () => look(),
  type: () => rowOf(chosen).querySelector("select").focus(),
  misdirect: () => misdirect(pages.placeOf(rows, chosen)[0]),
};

const rowOf = (number) => tiles.get(number).closest(".arrange-row");

function marked(as, focus) {
  const next = pages.mark(rows, chosen, as);
  take(next, words(pages.pageOf(next, chosen).mark ? `did-${as}` : "did-unmark", {n: chosen}), focus);
}

function moved(by, focus) {
  const before = pages.placeOf(rows, chosen)[0];
  const length = rows.length;
  if (!take(pages.step(rows, chosen, by), "", focus)) return;
  const isSame = pages.placeOf(rows, chosen)[0] === before && rows.length === length;
  say(isSame ? words("did-move-within", {n: chosen}) : words("did-move", {n: chosen, d: documentOf(chosen)}));
}

function named(at, type, because = null) {
  const select = () => place.querySelector(`[data-row="${at}"] select`);
  const text = select().querySelector(`option[value="${type}"]`).textContent.trim();
  const took = take(pages.name(rows, at, type, because), words("did-type", {n: pages.numbered(rows)[at], type: text}), false);
  if (!took) select().value = rows[at].said_type ?? "";
  select().focus();
}

/** A dialog says that it was closed a moment after: asked again before, it would take the old answer for the new one. */
let answered = Promise.resolve();
async function asked(dialog) {
  await answered;
  dialog.returnValue = "";
  dialog.showModal();
  answered = new Promise((close) => dialog.addEventListener("close", close, {once: true}));
  await answered;
  return dialog.returnValue;
}

async function misdirect(at) {
  if (!pages.inDocument(rows[at]).length) return say(words("nobody"));
  const said = await asked($("misdirect"));
  if (said !== "yes") return choose(chosen);
  const where = $("misdirect").querySelector("input:checked").value;
  if (where === "elsewhere") named(at, "misdirected_other", $("because").value.trim());
  else named(at, where);
}

$("misdirect").addEventListener("change", () => {
  $("because-field").hidden = $("misdirect").querySelector("input:checked").value !== "elsewhere";
});
$("misdirect").querySelector("form").addEventListener("submit", (event) => {
  const isMissing = !$("because-field").hidden && !$("because").value.trim() && event.submitter?.value === "yes";
  $("because-error").hidden = !isMissing;
  $("because").setAttribute("aria-invalid", isMissing);
  if (!isMissing) return;
  event.preventDefault();
  delete event.target.dataset.sent;
  $("because").focus();
});

// ---- looking at one page

function showLarge() {
  const page = pages.pageOf(rows, chosen);
  const image = $("look").querySelector("img");
  $("look-title").textContent = words("page", {n: page.number});
  image.src = place.dataset.image.replace("/0/", `/${page.number}/`);
  image.alt = words("page", {n: page.number});
  image.dataset.turn = page.turn;
}

async function look() {
  showLarge();
  await asked($("look"));
  choose(chosen);
}

function beside(by) {
  const order = rows.flatMap((row) => row.pages.map((page) => page.number));
  return order[Math.min(order.length - 1, Math.max(0, order.indexOf(chosen) + by))];
}

const LOOKING = {
  back: () => choose(beside(-1), false), on: () => choose(beside(1), false), rotate: (event) => ACTS.rotate(false, event),
  close: () => $("look").close(),
};
$("look").addEventListener("click", (event) => {
  const act = event.target.closest("[data-look]")?.dataset.look;
  if (act) LOOKING[act](event);
  if (act && act !== "close") showLarge();
});
$("look").addEventListener("keydown", (event) => {
  const act = {ArrowLeft: "back", ArrowRight: "on", r: "rotate", R: "rotate", " ": "close"}[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey || (event.key === " " && event.target.matches("button"))) return;
  event.preventDefault();
  LOOKING[act](event);
  if (act !== "close") showLarge();
});

// ---- keys, clicks, dragging

function upOrDown(by) {
  const [at, placed] = pages.placeOf(rows, chosen);
  const row = rows[at + by];
  if (row) choose(row.pages[Math.min(placed, row.pages.length - 1)].number);
}

const KEYS = {
  ArrowLeft: (event) => (event.shiftKey ? ACTS.back(true) : choose(beside(-1))),
  ArrowRight: (event) => (event.shiftKey ? ACTS.on(true) : choose(beside(1))),
  ArrowUp: () => upOrDown(-1), ArrowDown: () => upOrDown(1),
  Home: () => choose(rows[0].pages[0].number), End: () => choose(rows.at(-1).pages.at(-1).number),
  s: () => ACTS.split(true), m: () => ACTS.merge(true), r: (event) => ACTS.rotate(true, event), b: () => ACTS.blank(true),
  p: () => ACTS.separator(true), t: () => ACTS.type(), x: () => ACTS.misdirect(), " ": () => look(), Enter: () => look(),
  u: () => undo(true),
};
function undo(focus) { back(done, undone, words("did-undo")); if (focus) choose(chosen); }
function redo(focus) { back(undone, done, words("did-redo")); if (focus) choose(chosen); }

place.addEventListener("keydown", (event) => {
  if (!event.target.matches(".arrange-page") || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act(event);
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
  const isOnPage = place.contains(document.activeElement) && !isTyping(event);
  const act = {z: () => undo(isOnPage), y: () => redo(isOnPage), enter: () => confirmed()}[event.key.toLowerCase()];
  if (!act || $("rows").hidden) return;
  event.preventDefault();
  act();
});
place.addEventListener("click", (event) => {
  const number = Number(event.target.closest(".arrange-item")?.dataset.number ?? 0);
  const row = Number(event.target.closest("[data-row]")?.dataset.row ?? -1);
  if (event.target.closest(".arrange-cut")) { chosen = number; ACTS.split(true); }
  else if (event.target.closest(".arrange-page")) choose(number);
  else if (event.target.closest(".arrange-join")) { chosen = rows[row].pages[0].number; ACTS.merge(true); }
  else if (event.target.closest('[data-act="misdirect"]')) misdirect(row);
});
place.addEventListener("dblclick", (event) => { if (event.target.closest(".arrange-page")) look(); });
place.addEventListener("change", (event) => named(Number(event.target.closest("[data-row]").dataset.row), event.target.value));
$("bar").addEventListener("click", (event) => {
  const act = event.target.closest("[data-act]")?.dataset.act;
  if (act && chosen) ACTS[act](false, event);
});
$("undo").addEventListener("click", () => undo(false));
$("redo").addEventListener("click", () => redo(false));
$("keys").addEventListener("click", () => $("help").showModal());

let dragged = 0;
place.addEventListener("dragstart", (event) => {
  dragged = Number(event.target.closest?.(".arrange-item")?.dataset.number ?? 0);
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", String(dragged));
});
const over = (event) => event.target.closest(".arrange-item, .arrange-pages");
const unlit = () => place.querySelectorAll(".is-over").forEach((one) => one.classList.remove("is-over"));
place.addEventListener("dragover", (event) => {
  unlit();
  if (!dragged || !over(event)) return;
  event.preventDefault();
  over(event).classList.add("is-over");
});
place.addEventListener("dragend", () => { dragged = 0; unlit(); });
place.addEventListener("drop", (event) => {
  unlit();
  if (!dragged || !over(event)) return;
  event.preventDefault();
  const before = Number(over(event).dataset.number ?? 0) || null;
  chosen = dragged;
  take(pages.lay(rows, dragged, {row: Number(over(event).closest("[data-row]").dataset.row), before}), words("did-move-within", {n: dragged}), true);
});

// ---- confirming

async function confirmed(said = undefined) {
  if ($("confirm").disabled) return;
  const changed = beginning.filter((row) => row.work.includes("corrected") && !(said !== null && pages.stays(row, rows)));
  if (changed.length) {
    $("give-up-list").replaceChildren(...changed.map((row) => {
      const line = document.createElement("li");
      const numbers = pages.inDocument(row).map((page) => page.number).join(", ");
      line.textContent = `${words("document", {n: pages.numbered(beginning)[beginning.indexOf(row)]})}, ${words("pages", {n: numbers})}`;
      return line;
    }));
    if ((await asked($("give-up"))) !== "yes") return;
  }
  await send({
    revision: Number(place.dataset.revision),
    arrangement: said === null ? null : pages.arrangement(rows, beginning),
    gives_up: changed.map((row) => row.document_id),
  });
}

async function send(json) {
  $("confirm").disabled = true;
  try {
    const answer = await ask(place.dataset.address, {json});
    await follow(await answer.json());
  } catch (problem) {
    if (!problem.problem) throw problem;
    $("refused-problem").textContent = problem.problem;
    $("refused-remedy").textContent = problem.remedy;
    if ((await asked($("refused"))) === "reload") location.reload();
    drawBar();
  }
}

/** Show how far the file is until it has been read; then show what became of it. */
async function follow(progress) {
  for (const hidden of [place, $("bar")]) hidden.hidden = true;
  for (const id of ["undo", "redo", "confirm"]) $(id).disabled = true;
  $("progress").hidden = false;
  $("progress-title").focus();
  while (progress.stage === "received") {
    const text = words(progress.is_begun ? "is-read" : "waits");
    if ($("progress-words").textContent !== text) $("progress-words").textContent = text;
    await new Promise((later) => setTimeout(later, 1000));
    progress = await (await ask(`${place.dataset.address}/progress`, {headers: {"X-Background": "1"}})).json().catch(() => progress);
  }
  $("progress-words").textContent = words(progress.stage === "read" ? "is-done" : "is-parked");
  location.reload();
}

$("confirm").addEventListener("click", () => confirmed());
$("forget")?.addEventListener("click", () => confirmed(null));
addEventListener("beforeunload", (event) => { if (done.length && $("progress").hidden) event.preventDefault(); });

draw();
