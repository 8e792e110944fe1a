// The text of a document with its records marked: the others lightly, the current one strongly, with handles.
// It is cut into chunks at line ends, so that in a long text only what changes is drawn again.

import { el, fill, reveal } from "./dom.js";
import { Points } from "./points.js";
import { t } from "./words.js";

const CHUNK = 1500; // code points, to the next line end
const AT_ONCE = 4; // chunks that are drawn with their marks before they come into view

export class TextView {
  // `onPick(recordId)`: another record was clicked. `onSpan(start, end)`: the current one was dragged.
  constructor(box, { onPick = () => {}, onSpan = () => {} } = {}) {
    this.box = box;
    this.onPick = onPick;
    this.onSpan = onSpan;
    this.ink = el("p", { class: "ink", lang: "vi" });
    box.append(this.ink);
    this.points = new Points("");
    this.marks = [];
    this.current = null; // { start, end, kind }
    this.sentence = null;
    this.slots = [];
    this.picked = null; // [start, end] chosen by keys or mouse
    this.watch = new IntersectionObserver((seen) => this._seen(seen), { root: box, rootMargin: "150% 0px" });
    this.ink.addEventListener("click", (event) => {
      const mark = event.target.closest?.("[data-record]");
      if (mark && document.getSelection().isCollapsed) this.onPick(mark.dataset.record);
    });
  }

  // `key` names a text with its marks: shown again, only what differs from before is drawn.
  show({ text, start, marks, current, sentence, slots = [], key = null }) {
    if (key !== null && key === this.key) {
      this._change({ current, slots, sentence, picked: null });
      return;
    }
    this.key = key;
    this.points = new Points(text, start);
    this.marks = marks;
    this.current = current;
    this.sentence = sentence;
    this.slots = slots;
    this.picked = null;
    this._cut();
    this.watch.disconnect();
    fill(this.ink, this.chunks.map((chunk) => chunk.node));
    if (this.chunks.length <= AT_ONCE) for (const chunk of this.chunks) this._draw(chunk);
    else {
      for (const chunk of this.chunks) {
        fill(chunk.node, this._piece(chunk.start, chunk.end, []));
        this.watch.observe(chunk.node);
      }
      this._change({ current });
    }
  }

  // Marks that came later than their text.
  addMarks(marks) {
    const touched = new Set();
    for (const mark of marks) {
      for (const chunk of this._touched(mark.start, mark.end)) {
        chunk.marks.push(mark);
        if (chunk.isDrawn) touched.add(chunk);
      }
    }
    for (const chunk of touched) this._draw(chunk);
  }

  _seen(entries) {
    const near = new Set(entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target));
    if (near.size) for (const chunk of this.chunks) if (near.has(chunk.node) && !chunk.isDrawn) this._draw(chunk);
  }

  _cut() {
    const { points } = this;
    this.chunks = [];
    for (let at = points.start; at < points.end || !this.chunks.length; ) {
      const line = points.text.indexOf("\n", points.toUnit(Math.min(points.end, at + CHUNK)));
      const end = line < 0 ? points.end : points.toPoint(line + 1);
      this.chunks.push({ start: at, end, marks: [], isDrawn: false, node: el("span", { class: "chunk" }) });
      at = end;
      if (at >= points.end) break;
    }
    for (const mark of this.marks) for (const chunk of this._touched(mark.start, mark.end)) chunk.marks.push(mark);
  }

  _touched(start, end) {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.chunks[middle].end <= start) low = middle + 1;
      else high = middle;
    }
    const found = [];
    for (; low < this.chunks.length && this.chunks[low].start < end; low += 1) found.push(this.chunks[low]);
    return found;
  }

  // Takes new values for what is marked and draws the chunks that the old or the new ones touch.
  _change(values) {
    const touched = new Set();
    const note = () => {
      const spans = [...this.slots, ...(this.current ? [this.current] : [])].map((span) => [span.start, span.end]);
      if (this.picked) spans.push(this.picked);
      if (this.sentence) spans.push(this.sentence);
      for (const [start, end] of spans) for (const chunk of this._touched(Math.max(this.points.start, start - 1), end + 1)) touched.add(chunk);
    };
    note();
    Object.assign(this, values);
    note();
    for (const chunk of touched) this._draw(chunk);
  }

  // Cuts a chunk at every border and lets each piece carry the classes of all spans that cover it.
  _draw(chunk) {
    chunk.isDrawn = true;
    this.watch.unobserve(chunk.node);
    const spans = [];
    for (const mark of chunk.marks) spans.push([mark.start, mark.end, { mark }]);
    for (const slot of this.slots) spans.push([slot.start, slot.end, { slot: true }]);
    if (this.current) spans.push([this.current.start, this.current.end, { strong: true }]);
    if (this.picked && this.picked[0] < this.picked[1]) spans.push([this.picked[0], this.picked[1], { picked: true }]);
    if (this.sentence) spans.push([this.sentence[0], this.sentence[1], { sentence: true }]);
    const inside = spans
      .map(([start, end, what]) => [Math.max(start, chunk.start), Math.min(end, chunk.end), what])
      .filter(([start, end]) => start < end);
    const borders = [...new Set([chunk.start, chunk.end, ...inside.flatMap(([start, end]) => [start, end])])].sort((a, b) => a - b);
    const opening = new Map();
    for (const span of inside) (opening.get(span[0]) ?? opening.set(span[0], []).get(span[0])).push(span);
    let open = [];
    const pieces = [];
    for (let at = 0; at + 1 < borders.length; at += 1) {
      const [from, to] = [borders[at], borders[at + 1]];
      open = open.filter(([, end]) => end > from).concat(opening.get(from) ?? []);
      if (this.current && from === this.current.start) pieces.push(this._handle("start"));
      pieces.push(this._piece(from, to, open));
      if (this.current && to === this.current.end) pieces.push(this._handle("end"));
    }
    fill(chunk.node, pieces);
  }

  _piece(from, to, open) {
    const classes = [];
    let record = null;
    let narrowest = Infinity;
    for (const [start, end, what] of open) {
      if (what.mark) {
        if (end - start < narrowest) {
          narrowest = end - start;
          record = what.mark;
        }
      } else classes.push(what.strong ? "strong" : what.picked ? "picked" : what.slot ? "slot" : "in-sentence");
    }
    if (this.sentence && !classes.includes("in-sentence")) classes.push("around");
    if (record) classes.push("mark", record.kind, record.state);
    const attributes = { class: classes.join(" "), "data-start": from };
    if (record) {
      attributes["data-record"] = record.record_id;
      attributes.title = `${t(`kind.${record.kind}`)} · ${t(`state.${record.state}`)}`;
    }
    return el(classes.includes("strong") ? "mark" : "span", attributes, this.points.slice(from, to));
  }

  _handle(side) {
    const handle = el("button", {
      type: "button", class: "handle", role: "slider", "aria-label": t(`span.${side}`), "data-side": side,
      "aria-valuenow": this.current[side], "aria-valuemin": this.points.start, "aria-valuemax": this.points.end,
      "aria-valuetext": this.points.slice(this.current.start, this.current.end),
      onpointerdown: (event) => this._drag(event, side),
      onkeydown: (event) => {
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
        event.preventDefault();
        event.stopPropagation();
        this.move(side, event.key === "ArrowRight" ? 1 : -1, event.shiftKey);
        this.box.querySelector(`.handle[data-side="${side}"]`)?.focus();
      },
    });
    return handle;
  }

  _drag(event, side) {
    event.preventDefault();
    event.target.setPointerCapture?.(event.pointerId);
    const follow = (moved) => {
      const offset = this.offsetAt(moved.clientX, moved.clientY);
      if (offset !== null) this.setSide(side, offset);
    };
    const drop = () => {
      document.removeEventListener("pointermove", follow);
      document.removeEventListener("pointerup", drop);
      document.removeEventListener("pointercancel", drop);
    };
    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", drop);
  }

  // Moves one end of the current span by a letter, or by a word where `byWord`.
  move(side, direction, byWord) {
    if (!this.current) return;
    const at = this.current[side];
    const { points } = this;
    let to = at + direction;
    if (byWord && side === "end") to = direction > 0 ? points.nextWord(at) : points.previousEnd(at);
    if (byWord && side === "start") to = direction > 0 ? points.nextStart(at) : points.previousWord(at);
    this.setSide(side, to);
  }

  setSide(side, offset) {
    const at = Math.min(Math.max(offset, this.points.start), this.points.end);
    const span = { ...this.current, [side]: at };
    if (span.start >= span.end || at === this.current[side]) return;
    this._change({ current: span });
    this.onSpan(span.start, span.end);
  }

  offsetAt(x, y) {
    let node = null;
    let unit = 0;
    if (document.caretPositionFromPoint) {
      const place = document.caretPositionFromPoint(x, y);
      node = place?.offsetNode ?? null;
      unit = place?.offset ?? 0;
    } else {
      const range = document.caretRangeFromPoint(x, y);
      node = range?.startContainer ?? null;
      unit = range?.startOffset ?? 0;
    }
    return node ? this.offsetOf(node, unit) : null;
  }

  // The offset of a place in the page; between pieces, or on a handle, it is where the piece before ends.
  offsetOf(node, unit) {
    if (!this.ink.contains(node)) return null;
    if (node.nodeType !== Node.TEXT_NODE && !node.dataset.start) {
      if (node.classList.contains("handle")) return this.current[node.dataset.side];
      for (let at = Math.min(unit, node.childNodes.length) - 1; at >= 0; at -= 1) {
        const last = [...(node.childNodes[at].querySelectorAll?.("[data-start]") ?? [])].at(-1) ?? node.childNodes[at];
        if (last.dataset?.start) return this.offsetOf(last, 1);
      }
      return node === this.ink ? this.points.start : null;
    }
    const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.("[data-start]");
    if (!piece) return null;
    const from = Number(piece.dataset.start);
    const within = node.nodeType === Node.TEXT_NODE ? unit : unit > 0 ? piece.textContent.length : 0;
    return this.points.toPoint(this.points.toUnit(from) + within);
  }

  // The span that the mouse has selected, without spaces at its ends, or null.
  selection() {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    const start = this.offsetOf(range.startContainer, range.startOffset);
    const end = this.offsetOf(range.endContainer, range.endOffset);
    if (start === null || end === null || start >= end) return null;
    const chosen = this.points.slice(start, end);
    const lead = /^\s*/.exec(chosen)[0].length;
    const trail = /\s*$/.exec(chosen)[0].length;
    return start + lead < end - trail ? [start + lead, end - trail] : null;
  }

  // Choosing by keys: a word is picked, arrows move it, with Shift they widen it.
  pick(span) {
    this._change({ picked: span });
    reveal(this.box, this.box.querySelector(".picked"));
  }

  movePick(key, widen) {
    const { points } = this;
    const [start, end] = this.picked ?? points.wordAt(this.current?.end ?? points.start);
    if (widen) {
      if (key === "ArrowRight") this.pick([start, points.nextWord(end)]);
      if (key === "ArrowLeft" && points.previousEnd(end) > start) this.pick([start, points.previousEnd(end)]);
      return;
    }
    let at = start;
    if (key === "ArrowRight") at = points.nextStart(start);
    if (key === "ArrowLeft") at = points.previousWord(start);
    if (key === "ArrowDown" || key === "ArrowUp") {
      const box = this.box.querySelector(".picked")?.getBoundingClientRect();
      const line = parseFloat(getComputedStyle(this.ink).lineHeight);
      const found = box && this.offsetAt(box.left + 2, box.top + box.height / 2 + (key === "ArrowDown" ? line : -line));
      if (found !== null && found !== undefined) at = found;
    }
    const word = points.wordAt(Math.min(at, points.end - 1));
    if (word[0] < word[1]) this.pick(word);
  }

  scrollToCurrent() {
    const strong = this.box.querySelector(".strong");
    if (!strong) return;
    const [outer, inner] = [this.box.getBoundingClientRect(), strong.getBoundingClientRect()];
    this.box.scrollTop += inner.top - outer.top - this.box.clientHeight / 3;
    const seen = strong.getBoundingClientRect();
    const bar = document.getElementById("keys")?.getBoundingClientRect().top ?? innerHeight;
    const floor = Math.min(innerHeight, bar > 0 ? bar : innerHeight) - 16;
    if (seen.bottom > floor) scrollBy(0, seen.bottom - floor);
    else if (seen.top < 0) scrollBy(0, seen.top - 16);
  }
}
