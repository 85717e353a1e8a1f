// One field on the screen: what stands in it, what was said of it, how it is shown.

import {tidy} from "./review_formats.js";

export class Field {
  constructor(root, words) {
    this.root = root;
    this.words = words;
    this.kind = root.dataset.kind;
    this.name = root.dataset.name;
    this.controls = [...root.querySelectorAll(".f-control")];
    this.hint = root.querySelector(".f-hint");
    this.ownHint = this.hint?.innerHTML ?? "";
    this.isText = this.controls.length === 1 && !this.isMarked && this.kind !== "type";
    this.read = this.shown;
    this.wasNone = "none" in root.dataset;
  }

  get key() {
    return this.root.dataset.key;
  }

  get isMarked() {
    return this.controls.some((one) => one.type === "radio" || one.type === "checkbox");
  }

  get isOpen() {
    return this.root.dataset.state === "doubtful";
  }

  get isVisible() {
    return this.root.offsetParent !== null;
  }

  get shown() {
    if (this.isMarked) return this.controls.filter((one) => one.checked).map((one) => one.value).join("\n");
    return this.controls[0]?.value ?? "";
  }

  write(shown) {
    if (this.isMarked) {
      const wanted = shown.split("\n");
      for (const one of this.controls) one.checked = wanted.includes(one.value);
    } else if (this.controls[0]) this.controls[0].value = shown;
  }

  focus() {
    const target = this.controls.find((one) => one.checked) ?? this.controls[0];
    target?.focus();
    if (this.isText) target?.select();
    this.root.scrollIntoView({block: "nearest"});
  }

  /** What the person says by going on: {says, value, shown}, null for nothing, or {problem}. */
  heard() {
    const shown = this.shown;
    const isSame = shown === this.read;
    if (isSame && !this.isOpen) return null;
    if (isSame && !this.wasNone && shown !== "") return {says: "confirmed", shown: this.told(shown)};
    if (shown.trim() === "") return {problem: "nothing"};
    if (this.isMarked) return {says: "value", value: this.#marked(), shown: this.told(shown), kept: shown};
    if (this.kind === "type") return {says: "value", value: shown, shown};
    const tidied = tidy(this.kind, shown);
    this.write(tidied.text);
    if (tidied.problem) return {problem: tidied.problem};
    if (tidied.text === this.read && !this.wasNone) return this.isOpen ? {says: "confirmed", shown: this.read} : null;
    return {says: "value", value: tidied.text, shown: tidied.text};
  }

  #marked() {
    const chosen = this.controls.filter((one) => one.checked).map((one) => one.value);
    if (this.kind === "choices") return chosen;
    return this.kind === "choice" ? chosen[0] : chosen[0] === "true";
  }

  /** Words for what is marked: those beside the boxes. */
  told(shown) {
    if (this.kind === "type") return this.controls[0].selectedOptions[0]?.textContent ?? shown;
    if (!this.isMarked) return shown;
    const words = (one) => one.closest("label").textContent.replace(/^\s*\d?\s*/, "").trim();
    return this.controls.filter((one) => one.checked).map(words).join(", ");
  }

  /** Show what was said; `undefined` takes it back to what was read. */
  show(said) {
    const line = this.root.querySelector(".f-said");
    const isSaid = Boolean(said) && said.says !== "typing";
    this.root.classList.toggle("said", isSaid);
    this.root.dataset.said = isSaid ? said.says : "";
    this.complain(null);
    if (!said) this.write(this.read);
    else if (said.says === "typing" || (said.says === "value" && !this.isMarked)) this.write(said.shown);
    else if (said.says === "value") this.write(said.kept ?? "");
    else if (said.says === "confirmed") this.write(this.read);
    if (!line) return;
    line.hidden = !isSaid;
    line.textContent = isSaid ? this.sentence(said) : "";
  }

  sentence(said) {
    const word = said.says === "value" ? this.words("kept") : this.words(said.says);
    return said.says === "value" || said.says === "confirmed" ? `${word}: ${said.shown}` : word;
  }

  /** Say what is wrong, beside the field and to screen readers; null: nothing is. */
  complain(problem) {
    const target = this.controls[0];
    if (problem) target?.setAttribute("aria-invalid", "true");
    else target?.removeAttribute("aria-invalid");
    if (!this.hint) return;
    this.hint.classList.toggle("error", Boolean(problem));
    if (problem) this.hint.textContent = this.words(problem);
    else this.hint.innerHTML = this.ownHint;
  }

  /** While typing: a code that holds says whose day of birth it bears. */
  remark() {
    if (!this.isText || this.kind !== "hetu") return;
    const tidied = tidy(this.kind, this.shown);
    this.hint.textContent = tidied.note ? `✓ ${tidied.note}` : "";
  }
}
