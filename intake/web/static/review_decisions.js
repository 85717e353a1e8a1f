// What has been said of each field, with a way back; kept in this tab at once, on the server a moment later.

const LATER_MS = 700;

export class Decisions extends EventTarget {
  /** `send` keeps a draft on the server; `kept` is the draft that lies there. */
  constructor(item, kept, send) {
    super();
    this.name = `saapuva.draft.${item}`;
    this.send = send;
    const here = JSON.parse(sessionStorage.getItem(this.name) ?? "null");
    const newest = (here?.saved_at ?? "") > (kept?.saved_at ?? "") ? here : kept;
    this.byKey = new Map(Object.entries(newest?.decisions ?? {}));
    this.done = [];
    this.undone = [];
    addEventListener("pagehide", () => this.isDirty && this.keepHere());
  }

  get(key) {
    return this.byKey.get(key);
  }

  /** Say something of a field; `null` takes it back. */
  say(key, said) {
    const before = this.byKey.get(key);
    this.done.push({key, before: before?.says === "typing" ? undefined : before, after: said ?? undefined});
    this.undone = [];
    this.#put(key, said);
  }

  /** Keep what is being typed: no decision, and nothing to undo. */
  typing(key, shown) {
    const before = this.byKey.get(key);
    if (before && before.says !== "typing") return;
    if (shown === null) this.byKey.delete(key);
    else this.byKey.set(key, {says: "typing", shown});
    this.#later();
  }

  undo() {
    return this.#step(this.done, this.undone, "before");
  }

  redo() {
    return this.#step(this.undone, this.done, "after");
  }

  #step(from, to, which) {
    const step = from.pop();
    if (!step) return null;
    to.push(step);
    this.#put(step.key, step[which]);
    return step.key;
  }

  #put(key, said) {
    if (said) this.byKey.set(key, said);
    else this.byKey.delete(key);
    this.dispatchEvent(new CustomEvent("said", {detail: key}));
    this.#later();
  }

  #later() {
    this.isDirty = true;
    this.keepHere();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keepThere(), LATER_MS);
  }

  draft() {
    return {decisions: Object.fromEntries(this.byKey), saved_at: new Date().toISOString()};
  }

  keepHere() {
    sessionStorage.setItem(this.name, JSON.stringify(this.draft()));
  }

  async keepThere() {
    clearTimeout(this.timer);
    this.isDirty = false;
    this.sending = this.send(this.draft());
    await this.sending;
  }

  /** Let nothing be on its way any more: a draft that arrives after its item is finished would come back from the dead. */
  async rest() {
    clearTimeout(this.timer);
    await this.sending;
  }

  forget() {
    this.isDirty = false;
    sessionStorage.removeItem(this.name);
  }
}
