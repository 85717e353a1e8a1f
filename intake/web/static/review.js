// The review screen: fields by keyboard, the picture beside them, nothing typed is lost.

import {Decisions} from "./review_decisions.js";
import {Field} from "./review_field.js";
import {singleKeysOn, setSingleKeys, takesText} from "./review_keys.js";
import {addRow, corrections, removeRow} from "./review_rows.js";
import {keepTurn} from "./review_turn.js";
import {ask, toast, words} from "./saapuva.js";
import {Viewer} from "./review_viewer.js";
import {Tabs, openHistory} from "./review_views.js";

const root = document.getElementById("review");
const {item, query} = root.dataset;
const mayEdit = Boolean(root.dataset.mayEdit);
const byId = (id) => document.getElementById(id);
const viewer = new Viewer(byId("viewer"), words);
const tabs = new Tabs(byId("tabs"));
const decisions = new Decisions(item, JSON.parse(byId("draft").textContent), saveDraft);
const fields = new Map();
let asked = false;

function say(text) {
  byId("said").textContent = text;
}

async function saveDraft(draft) {
  if (!mayEdit) return;
  try {
    await ask(`/work/${item}/draft`, {json: draft});
    byId("not-saved").hidden = true;
  } catch (problem) {
    byId("not-saved").hidden = false;
  }
}

function learn(element) {
  const field = new Field(element, words);
  fields.set(element, field);
  if (!mayEdit) for (const control of [...field.controls, ...element.querySelectorAll("button")]) control.disabled = true;
  return field;
}

const inOrder = () => [...root.querySelectorAll("#view-fields .f")].map((element) => fields.get(element)).filter((one) => one?.isVisible);
const isSaid = (field) => Boolean(decisions.get(field.key)) && decisions.get(field.key).says !== "typing";
const isLeft = (field) => field.isOpen && !isSaid(field) && !field.root.closest(".removed");
const fieldAt = (target) => fields.get(target.closest?.(".f"));
const fieldOf = (key) => [...fields.values()].find((field) => field.key === key);

function count() {
  const left = [...fields.values()].filter(isLeft).length;
  byId("left").textContent = left ? words("left", {count: left}) : words("none-left");
  byId("undo").disabled = !decisions.done.length;
  byId("redo").disabled = !decisions.undone.length;
  return left;
}

/** Go to the next field that nobody has looked at; behind the last one, to the end. */
function goOn(from) {
  const order = inOrder();
  const place = from ? order.indexOf(from) : -1;
  const all = root.classList.contains("all");
  const next = (all && order[place + 1]) || [...order.slice(place + 1), ...order.slice(0, place + 1)].find(isLeft);
  if (next) return next.focus(), next;
  byId("finish").focus();
  say(words("finish-now"));
  return null;
}

function moveBy(by) {
  const order = inOrder();
  const here = order.indexOf(fieldAt(document.activeElement));
  order[Math.max(0, Math.min(order.length - 1, here + by))]?.focus();
}

function decide(field, said) {
  decisions.say(field.key, said);
  const next = goOn(field);
  say(`${field.name}: ${field.sentence(said)}.${next ? ` ${words("next", {field: next.name})}` : ""}`);
}

function settle(field) {
  const said = field.heard();
  if (said?.problem) {
    field.complain(said.problem);
    return say(words(said.problem));
  }
  if (!said) return goOn(field);
  if (field.kind === "type" && said.says === "value") return changeType(field, said.value);
  decide(field, said);
}

async function changeType(field, type) {
  await decisions.keepThere();
  const [document_] = field.key.split("/");
  const card = root.querySelector(`form[action$="/type"] input[value="${document_}"]`).form;
  card.elements.document_type.value = type;
  card.requestSubmit();
}

function take(field, number) {
  if (field.isMarked) {
    const control = field.controls[number - 1];
    if (!control) return false;
    control.type === "checkbox" ? (control.checked = !control.checked) : (control.checked = true);
    control.focus();
    return true;
  }
  const candidate = field.root.querySelectorAll(".candidate")[number - 1];
  if (!candidate) return false;
  field.write(candidate.dataset.shown);
  settle(field);
  return true;
}

function step(which) {
  const key = decisions[which]();
  const field = key && fieldOf(key);
  if (!key) return;
  if (field) field.focus();
  say(`${field?.name ?? ""}: ${words(which === "undo" ? "undone" : "kept")}`);
}

function shownNow(key) {
  const field = fieldOf(key);
  if (field) field.show(decisions.get(key));
  root.querySelectorAll(".table-row").forEach((row) => row.classList.toggle("removed", decisions.get(row.dataset.key)?.says === "removed"));
  count();
}

function settled() {
  const found = [];
  for (const block of root.querySelectorAll(".settle")) {
    if (!block.querySelector(".settle-it").checked) continue;
    const why = block.querySelector(".settle-why");
    if (why && !why.value.trim()) return why.setAttribute("aria-invalid", "true"), tabs.open("findings"), why.focus(), toast(words("why"), "bad"), null;
    found.push({key: block.dataset.settle, says: block.dataset.says, document: block.dataset.document || null, reason: why?.value ?? ""});
  }
  return found;
}

function moved() {
  const queue = byId("move-queue").value;
  const why = byId("move-why");
  if (!queue) return undefined;
  if (!why.value.trim()) return why.setAttribute("aria-invalid", "true"), tabs.open("route"), why.focus(), toast(words("why"), "bad"), null;
  return {queue, reason: why.value};
}

async function finish() {
  if (!mayEdit) return;
  const done = settled();
  const goes = moved();
  if (done === null || goes === null) return;
  const left = count();
  if (left && !goes && !asked) {
    asked = true;
    return toast(words("unsettled", {count: left}));
  }
  const said = {version: Number(root.dataset.version), papers: corrections(root, decisions.byKey), settled: done, moved: goes ?? null};
  byId("finish").disabled = true;
  try {
    await decisions.rest();
    const answer = await (await ask(`/work/${item}/finish${query}`, {json: said})).json();
    decisions.forget();
    location.assign(answer.next);
  } catch (problem) {
    byId("finish").disabled = false;
    if (problem.status === 409) {
      await decisions.keepThere();
      return location.assign(`/work/${item}/conflict${query}`);
    }
    const named = /^([\w.[\]]+): /.exec(problem.problem ?? "");
    const field = named && [...fields.values()].find((one) => one.key.endsWith(`/${named[1]}`));
    if (field) field.focus();
    toast(`${problem.problem} ${problem.remedy}`, "bad");
  }
}

const said = (says) => (field) => decide(field, {says, shown: ""});
const byKey = {F2: said("unreadable"), F4: said("empty"), F8: said("ask")};
const byLetter = {KeyU: byKey.F2, KeyE: byKey.F4, KeyA: byKey.F8};

function whole() {
  const box = byId("show-all");
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change"));
}

/** Keys with a helper, which work wherever the focus is. */
function chord(event, field) {
  if (event.ctrlKey && event.key === "Enter") return finish(), true;
  if ((event.ctrlKey || event.metaKey) && /^[zy]$/i.test(event.key)) {
    const isTyped = field?.isText && field.shown !== field.typedFrom;
    if (isTyped && event.key.toLowerCase() === "z" && !event.shiftKey) return false;
    return step(event.key.toLowerCase() === "y" || event.shiftKey ? "redo" : "undo"), true;
  }
  if (!event.altKey || event.ctrlKey) return false;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (digit && field) return take(field, Number(digit));
  if (event.code === "KeyT") return whole(), true;
  if (byLetter[event.code] && field) return byLetter[event.code](field), true;
  const table = field?.root.closest("fieldset.table");
  if (table && (event.key === "+" || event.code === "NumpadAdd")) return grow(table), true;
  if (table && (event.key === "-" || event.code === "NumpadSubtract")) return shrink(field.root.closest(".table-row")), true;
  return false;
}

/** Keys that stand alone, for where nothing is typed. */
function single(event, field) {
  const acts = {
    "?": () => byId("keys").showModal(), j: () => moveBy(1), k: () => moveBy(-1), "+": () => viewer.zoom(1.4), "-": () => viewer.zoom(1 / 1.4),
    0: () => viewer.fit(), r: () => viewer.turnBy90(), f: () => tabs.open("findings"), n: () => byId("put-back").click(),
  };
  const letters = {u: byKey.F2, e: byKey.F4, a: byKey.F8};
  const key = event.key.toLowerCase();
  if (/^[1-9]$/.test(key) && field) return take(field, Number(key));
  if (letters[key] && field) return letters[key](field), true;
  if (!acts[key]) return false;
  return acts[key](), true;
}

function plain(event, field) {
  if (event.key === "Enter" && field && !event.shiftKey && event.target.tagName !== "BUTTON" && event.target.tagName !== "A") return settle(field), true;
  if (byKey[event.key] && field) return byKey[event.key](field), true;
  if (event.key === "PageDown" || event.key === "PageUp") return viewer.step(event.key === "PageDown" ? 1 : -1), true;
  if (event.key === "Escape" && takesText(event.target) && field) return field.root.focus(), true;
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && field?.isText && event.target.tagName === "INPUT") return moveBy(event.key === "ArrowDown" ? 1 : -1), true;
  return false;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  const field = fieldAt(event.target) ?? fieldAt(document.activeElement);
  const isBare = !event.ctrlKey && !event.altKey && !event.metaKey;
  const isMine = isBare
    ? (mayEdit || !field || event.key.startsWith("Page")) && plain(event, field) || (singleKeysOn() && !takesText(event.target) && single(event, mayEdit ? field : undefined))
    : mayEdit && chord(event, field);
  if (isMine) event.preventDefault();
});

function grow(table) {
  const row = addRow(table);
  row.querySelectorAll(".f").forEach(learn);
  fields.get(row.querySelector(".f")).focus();
  count();
}

function shrink(row) {
  if (!row) return;
  removeRow(row, decisions);
  say(words("removed"));
  if (!row.isConnected) for (const element of row.querySelectorAll(".f")) fields.delete(element);
  goOn();
}

root.querySelectorAll("#view-fields .f").forEach((element) => {
  element.tabIndex = -1;
  learn(element);
});
root.addEventListener("focusin", (event) => {
  const field = fieldAt(event.target);
  if (!field) return;
  field.typedFrom = field.shown;
  viewer.follow(field.root.dataset.page, field.root.dataset.place, field.name);
});
root.addEventListener("input", (event) => {
  const field = fieldAt(event.target);
  if (!field) return;
  field.complain(null);
  field.remark();
  decisions.typing(field.key, field.shown === field.read ? null : field.shown);
});
root.addEventListener("click", (event) => {
  const field = fieldAt(event.target);
  const button = event.target.closest("button, a");
  if (!button) return;
  if (button.matches(".candidate") && field) take(field, [...field.root.querySelectorAll(".candidate")].indexOf(button) + 1);
  if (button.dataset.says && field) decide(field, {says: button.dataset.says, shown: ""});
  if (button.matches(".f-history")) openHistory(event, button.href);
  if (button.matches(".add-row")) grow(button.closest("fieldset.table"));
  if (button.matches(".remove-row")) shrink(button.closest(".table-row"));
});
root.addEventListener("change", (event) => {
  const block = event.target.matches(".settle-it") && event.target.closest(".settle");
  const why = block && block.querySelector(".field");
  if (why) (why.hidden = !event.target.checked), event.target.checked && why.querySelector("input").focus();
});
byId("show-all").addEventListener("change", (event) => root.classList.toggle("all", event.target.checked));
byId("finish").addEventListener("click", finish);
byId("undo").addEventListener("click", () => step("undo"));
byId("redo").addEventListener("click", () => step("redo"));
byId("show-keys").addEventListener("click", () => byId("keys").showModal());
byId("single-keys").checked = singleKeysOn();
byId("single-keys").addEventListener("change", (event) => setSingleKeys(event.target.checked));
decisions.addEventListener("said", (event) => shownNow(event.detail));

const restored = [...decisions.byKey.keys()];
for (const key of restored) shownNow(key);
if (restored.length) toast(words("restored"));
if (count()) goOn();
keepTurn(root, ask, words);
document.documentElement.dataset.ready = "1";
