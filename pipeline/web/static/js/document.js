// One document with all its records: walked by keys, in the order of its text.

import { get } from "./api.js";
import { Bench } from "./bench.js";
import { $, el, fill, reveal } from "./dom.js";
import { tell } from "./notices.js";
import { Outbox, showState } from "./outbox.js";
import { Points } from "./points.js";
import { summary } from "./slots.js";
import { number, t } from "./words.js";

const WINDOW = 300000; // characters shown at once; longer texts move along
const ROWS = 150; // of the list that are filled at once; the others follow when there is time
let loads = 0;
const SIGNS = { machine: "·", accepted: "✓", corrected: "✎", added: "+", rejected: "✗" };

class Paper {
  constructor(serial) {
    this.serial = serial;
    this.records = [];
    this.part = null; // the part of the text on screen
    this.at = -1;
    this.rows = [];
  }

  held() {
    return [];
  }

  async load() {
    const [paper, ...first] = await Promise.all([get(`/documents/${this.serial}`), get(`/documents/${this.serial}/records`)]);
    this.paper = paper;
    let text = paper.text.text;
    for (let end = paper.text.end, more = paper; more.text.end > more.text.start && end < (paper.chars ?? 0); end = more.text.end) {
      more = await get(`/documents/${this.serial}?start=${end}`);
      text += more.text.text;
    }
    this.points = new Points(text);
    this.records = first[0].records;
    for (let page = first[0]; page.has_more; ) {
      page = await get(`/documents/${this.serial}/records?offset=${this.records.length}`);
      this.records.push(...page.records);
    }
    this.part = null;
    this._list();
  }

  async start(bench) {
    this.bench = bench;
    await this.load();
    const wanted = new URLSearchParams(location.search).get("record");
    const at = this.records.findIndex((record) => record.record_id === wanted);
    this._show(at >= 0 ? at : this._open(0));
  }

  _open(from) {
    for (let at = from; at < this.records.length; at += 1) if (this._waits(this.records[at])) return at;
    return this.records.length ? Math.min(from, this.records.length - 1) : -1;
  }

  _waits(record) {
    return record.state === "machine" && !record.copy_of;
  }

  // --- the list --------------------------------------------------------------------------------------------

  _list() {
    this.rows = this.records.map((record, at) => el("li", {}, el("button", { type: "button", onclick: (event) => this._clicked(event, at) })));
    fill($("#records"), this.rows);
    this._count();
    this._fillRows(0);
  }

  _fillRows(from) {
    const { rows } = this;
    const until = Math.min(rows.length, from + ROWS);
    for (let at = from; at < until; at += 1) if (!rows[at].firstElementChild.childElementCount) this._row(at);
    if (until < rows.length) setTimeout(() => rows === this.rows && this._fillRows(until), 30);
  }

  _clicked(event, at) {
    if (event.detail) event.currentTarget.blur();
    this._show(at);
  }

  _row(at) {
    const record = this.records[at];
    fill(this.rows[at].firstElementChild,
      el("span", { class: `sign ${record.state}`, title: t(`state.${record.state}`) }, SIGNS[record.state] ?? "·"),
      el("span", { class: "value", lang: "vi" }, el("span", { class: `kind ${record.kind}`, title: t(`kind.${record.kind}`) }), record.quote, el("small", { class: "muted" }, `  ${summary(record)}`)),
      el("small", { class: "muted" }, `${Math.round(record.confidence * 100)} %`));
  }

  _count() {
    const told = this.records.filter((record) => !record.copy_of);
    const open = told.filter((record) => record.state === "machine").length;
    fill($("#counts"), el("span", {}, t("document.records"), " ", el("b", {}, number(told.length))), el("span", {}, t("queue.left"), " ", el("b", {}, number(open))));
  }

  // --- showing -----------------------------------------------------------------------------------------------

  _show(at) {
    this.rows[this.at]?.firstElementChild.removeAttribute("aria-current");
    this.at = at;
    if (at < 0) {
      this._showText();
      return;
    }
    const row = this.rows[at];
    if (!row.firstElementChild.childElementCount) this._row(at);
    row.firstElementChild.setAttribute("aria-current", "true");
    reveal($("#records"), row);
    this.bench.show(this._item(this.records[at]));
    this._complete(this.records[at]);
  }

  _showText() {
    this.bench.panel.showEmpty(el("p", { class: "empty" }, t("document.no_records")));
    this.bench.text.show({ text: this.points.slice(0, WINDOW), start: 0, marks: [], current: null, sentence: null });
  }

  _item(record) {
    if (!this.part || record.start < this.part.start || record.end > this.part.end) {
      const start = this.points.end <= WINDOW ? 0 : Math.max(0, record.start - WINDOW / 2);
      const end = Math.min(this.points.end, start + WINDOW);
      const near = this.records.filter((each) => each.end > start && each.start < end);
      this.part = { start, end, text: this.points.slice(start, end), near, key: (loads += 1) };
    }
    return {
      record: { ...record }, version: record.version, document: this.paper, sentence: null,
      context: this.part, neighbours: this.part.near, reasons: [],
      purpose: "first", history: [], boxes: [], pages: [], has_images: false, is_lost: record.is_lost,
    };
  }

  // History, boxes and conflicts come a moment later; the person may have gone on by then.
  async _complete(record) {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      try {
        const item = await get(`/records/${record.record_id}`);
        if (item.version === record.version) this.bench.complete(item);
      } catch {
        // a record added a moment ago may not be saved yet
      }
    }, 60);
  }

  // --- what the bench asks -------------------------------------------------------------------------------------

  advance(item, bench, verdict, after) {
    const at = this.records.findIndex((record) => record.record_id === item.record.record_id);
    const kept = this.records[at]; // changed in place: the marks of the text are these very records
    Object.assign(kept, after ?? {}, { state: verdict, before: { ...kept } });
    if (after?.recipients) kept.recipients = after.recipients.map((each) => (typeof each === "string" ? { name: each, start: null } : each));
    if (after?.start !== undefined) {
      kept.quote = this.points.slice(after.start, after.end);
      this.part = null;
    }
    this._row(at);
    this._count();
    let next = at + 1;
    while (next < this.records.length && !this._waits(this.records[next])) next += 1;
    if (next < this.records.length) this._show(next);
    else {
      tell(t("document.end"), "good");
      this._show(at);
    }
    void bench;
  }

  // The answer brings the version that the next decision on this record needs.
  saved(item, _verdict, answer) {
    const record = this.records.find((each) => each.record_id === item.record.record_id);
    if (!record || !answer.version) return;
    record.version = answer.version;
    if (this.bench.item?.record.record_id === record.record_id) this.bench.item.version = answer.version;
  }

  skip() {
    this.move(1);
  }

  move(step) {
    const at = this.at + step;
    if (at >= 0 && at < this.records.length) this._show(at);
  }

  pick(id) {
    const at = this.records.findIndex((record) => record.record_id === id);
    if (at >= 0) this._show(at);
  }

  put(item) {
    const at = this.records.findIndex((record) => record.record_id === item.record.record_id);
    if (at < 0) return;
    const kept = this.records[at];
    const { before } = kept;
    if (before && before.start !== kept.start) this.part = null;
    Object.assign(kept, before ?? { ...item.record, version: item.version });
    this._row(at);
    this._count();
    this._show(at);
  }

  async nextDocument(_item, bench) {
    await bench.outbox.settled();
    if (this.paper.next_open) location.assign(`/documents/${this.paper.next_open}`);
    else tell(t("document.last"));
  }

  async added() {
    const current = this.records[this.at]?.record_id;
    await this.load();
    const at = this.records.findIndex((record) => record.record_id === current);
    if (at >= 0) this.rows[at].firstElementChild.setAttribute("aria-current", "true");
    this.at = at;
  }

  async mended(item) {
    await this.load();
    this.pick(item.record.record_id);
  }
}

const paper = new Paper($("#document").dataset.serial);
const outbox = new Outbox(document.body.dataset.user);
showState(outbox, $("#save-state"));
const bench = new Bench({ source: paper, outbox, mayReview: document.body.dataset.role !== "reader" });
window.sovang = { bench, paper, outbox };
await paper.start(bench);
