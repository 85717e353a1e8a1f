// The page on the left: it follows the field, and can be moved, zoomed and turned by hand.

const CALM_MS = 160;
const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Viewer {
  constructor(root, words) {
    this.svg = root.querySelector("#page");
    this.image = root.querySelector("#picture");
    this.turned = root.querySelector("#turned");
    this.lit = root.querySelector("#lit");
    this.words = words;
    this.thumbs = [...root.querySelectorAll(".thumb")];
    this.pages = new Map(this.thumbs.map((thumb) => [thumb.dataset.page, thumb]));
    this.turn = 0;
    this.#listen(root);
    if (this.thumbs.length) this.open(this.thumbs[0].dataset.page);
  }

  /** Show a page, whole. */
  open(key) {
    const thumb = this.pages.get(key);
    if (!thumb) return;
    if (this.key !== key) {
      this.key = key;
      this.turn = 0;
      const {href, kw, kh, transform} = thumb.dataset;
      this.image.setAttribute("href", href);
      this.image.setAttribute("width", kw);
      this.image.setAttribute("height", kh);
      if (transform) this.image.setAttribute("transform", transform);
      else this.image.removeAttribute("transform");
      for (const other of this.thumbs) other.toggleAttribute("aria-current", other === thumb);
      thumb.scrollIntoView({block: "nearest", inline: "nearest"});
      this.#preload(thumb);
    }
    this.lit.setAttribute("visibility", "hidden");
    this.#name(thumb.dataset.label);
    this.fit();
  }

  /** Show where a field stands: its page, its box lit, large enough to read. */
  follow(key, place, name) {
    if (!key || !this.pages.has(key)) return;
    if (this.key !== key || !place) this.open(key);
    if (!place) return;
    const [x, y, w, h] = place.split(" ").map(Number);
    const pad = Math.max(6, h * 0.25);
    for (const [attribute, value] of [["x", x - pad], ["y", y - pad], ["width", w + 2 * pad], ["height", h + 2 * pad]])
      this.lit.setAttribute(attribute, value);
    this.lit.setAttribute("visibility", "visible");
    this.#name(this.words("page-of", {label: this.pages.get(key).dataset.label, field: name}));
    const [vx, vy, vw, vh] = this.#seen([x, y, w, h]);
    const width = Math.min(this.size[0], Math.max(vw * 1.5, vh * 9, this.size[0] * 0.42));
    const height = width / this.aspect;
    const left = vx + vw / 2 - width / 2;
    this.#go([Math.max(-20, Math.min(left, this.size[0] - width + 20)), vy + vh / 2 - height * 0.42, width, height]);
  }

  fit() {
    this.#write();
    const [w, h] = this.size;
    this.#go(this.aspect > w / h ? [(w - h * this.aspect) / 2, 0, h * this.aspect, h] : [0, (h - w / this.aspect) / 2, w, w / this.aspect]);
  }

  zoom(factor, at = [0.5, 0.5]) {
    const [x, y, w, h] = this.view;
    const wide = Math.min(this.size[0] * 3, Math.max(120, w / factor));
    const high = wide / this.aspect;
    this.#go([x + (w - wide) * at[0], y + (h - high) * at[1], wide, high]);
  }

  turnBy90() {
    this.turn = (this.turn + 90) % 360;
    this.fit();
  }

  step(by) {
    const place = this.thumbs.findIndex((thumb) => thumb.dataset.page === this.key) + by;
    if (this.thumbs[place]) this.open(this.thumbs[place].dataset.page);
  }

  get aspect() {
    return this.svg.clientWidth / Math.max(1, this.svg.clientHeight);
  }

  get upright() {
    const {w, h} = this.pages.get(this.key).dataset;
    return [Number(w), Number(h)];
  }

  get size() {
    const [w, h] = this.upright;
    return this.turn % 180 ? [h, w] : [w, h];
  }

  #name(text) {
    this.svg.setAttribute("aria-label", text);
  }

  /** A box of the upright page, as it lies when the person has turned the page. */
  #seen([x, y, w, h]) {
    const [pw, ph] = this.upright;
    return {0: [x, y, w, h], 90: [ph - y - h, x, h, w], 180: [pw - x - w, ph - y - h, w, h], 270: [y, pw - x - w, h, w]}[this.turn];
  }

  #write() {
    const [w, h] = this.upright;
    const moves = {0: "", 90: `translate(${h} 0) rotate(90)`, 180: `rotate(180 ${w / 2} ${h / 2})`, 270: `translate(0 ${w}) rotate(-90)`};
    this.turned.setAttribute("transform", moves[this.turn]);
  }

  #go(to) {
    cancelAnimationFrame(this.frame);
    const from = this.view ?? to;
    const put = (box) => {
      this.view = box;
      this.svg.setAttribute("viewBox", box.map((one) => one.toFixed(1)).join(" "));
    };
    if (isStill() || !this.view) return put(to);
    const began = performance.now();
    const move = (now) => {
      const share = Math.min(1, (now - began) / CALM_MS);
      const eased = 1 - (1 - share) ** 3;
      put(to.map((one, place) => from[place] + (one - from[place]) * eased));
      if (share < 1) this.frame = requestAnimationFrame(move);
    };
    this.frame = requestAnimationFrame(move);
  }

  #preload(thumb) {
    const next = this.thumbs[this.thumbs.indexOf(thumb) + 1];
    if (next?.dataset.href) new Image().src = next.dataset.href;
  }

  #listen(root) {
    const acts = {in: () => this.zoom(1.4), out: () => this.zoom(1 / 1.4), fit: () => this.fit(), turn: () => this.turnBy90()};
    root.addEventListener("click", (event) => {
      const thumb = event.target.closest(".thumb");
      const tool = event.target.closest("[data-view]");
      if (thumb) this.open(thumb.dataset.page);
      if (tool) acts[tool.dataset.view]();
    });
    this.svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = this.svg.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey)
        return this.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
      const scale = this.view[2] / box.width;
      this.#go([this.view[0] + event.deltaX * scale, this.view[1] + event.deltaY * scale, this.view[2], this.view[3]]);
    }, {passive: false});
    this.svg.addEventListener("pointerdown", (event) => {
      this.svg.setPointerCapture(event.pointerId);
      this.held = [event.clientX, event.clientY, ...this.view];
    });
    this.svg.addEventListener("pointermove", (event) => {
      if (!this.held) return;
      const scale = this.view[2] / this.svg.clientWidth;
      const [x, y, left, top, w, h] = this.held;
      cancelAnimationFrame(this.frame);
      this.view = [left - (event.clientX - x) * scale, top - (event.clientY - y) * scale, w, h];
      this.svg.setAttribute("viewBox", this.view.join(" "));
    });
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, () => (this.held = null));
    new ResizeObserver(() => {
      if (!this.view) return;
      const [x, y, w] = this.view;
      this.#go([x, y, w, w / this.aspect]);
    }).observe(this.svg);
  }
}
