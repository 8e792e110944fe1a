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
const ROWS = 150; // records that are asked for and listed at first; the others follow while a person reads
const AGAIN_MS = 3000;
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
    const [paper, first] = await Promise.all([get(`/documents/${this.serial}`), get(`/documents/${this.serial}/records?limit=${ROWS}`)]);
    this.paper = paper;
    let text = paper.text.text;
    for (let end = paper.text.end, more = paper; more.text.end > more.text.start && end < (paper.chars ?? 0); end = more.text.end) {
      more = await get(`/documents/${this.serial}?start=${end}`);
      text += more.text.text;
    }
    this.points = new Points(text);
    this.records = first.records;
    this.part = null;
    this._list();
    this.rest = first.has_more ? this._fetchRest(this.records) : null;
  }

  // The records after the first ones; null stands in `rest` once they are there.
  async _fetchRest(records) {
    for (let hasMore = true; hasMore && records === this.records; ) {
      try {
        const page = await get(`/documents/${this.serial}/records?offset=${records.length}`);
        const known = new Set(records.map((record) => record.record_id));
        const added = page.records.filter((record) => !known.has(record.record_id));
        records.push(...added);
        hasMore = page.has_more;
        this._markMore(added);
      } catch (error) {
        tell(error.message, "bad");
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
    if (records !== this.records) return;
    this.rest = null;
    this._count();
    this._moreRows(this.rows);
  }

  _markMore(records) {
    if (!this.part) return;
    const near = records.filter((each) => each.end > this.part.start && each.start < this.part.end);
    this.part.near.push(...near);
    this.bench.text.addMarks(near);
  }

  async start(bench) {
    this.bench = bench;
    $("#records").addEventListener("click", (event) => this._clicked(event));
    await this.load();
    const wanted = new URLSearchParams(location.search).get("record");
    const find = () => (wanted ? this.records.findIndex((record) => record.record_id === wanted) : this.records.findIndex((record) => this._waits(record)));
    if (find() < 0) await this.rest;
    const at = find();
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
    this.rows = [];
    fill($("#records"));
    this._count();
    this._moreRows(this.rows);
  }

  _moreRows(rows) {
    if (rows !== this.rows || rows.length >= this.records.length) return;
    this._rowsUntil(Math.min(rows.length + ROWS, this.records.length));
    setTimeout(() => this._moreRows(rows), 30);
  }

  _rowsUntil(count) {
    const from = this.rows.length;
    for (let at = from; at < count; at += 1) {
      this.rows.push(el("li", {}, el("button", { type: "button", "data-at": at })));
      this._row(at);
    }
    $("#records").append(...this.rows.slice(from));
  }

  _clicked(event) {
    const button = event.target.closest("button[data-at]");
    if (!button) return;
    if (event.detail) button.blur();
    this._show(Number(button.dataset.at));
  }

  _row(at) {
    if (at >= this.rows.length) return; // it is filled when it is made
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
    this._rowsUntil(at + 1);
    const row = this.rows[at];
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

  advance(item, _bench, verdict, after) {
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
    this._advanceFrom(at);
  }

  async _advanceFrom(at) {
    let next = at + 1;
    while (next < this.records.length && !this._waits(this.records[next])) next += 1;
    if (next >= this.records.length && this.rest) {
      await this.rest;
      if (this.at === at) this._advanceFrom(at);
    } else if (next < this.records.length) this._show(next);
    else {
      tell(t("document.end"), "good");
      this._show(at);
    }
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
    await this.rest;
    const at = this.records.findIndex((record) => record.record_id === current);
    this._rowsUntil(at + 1);
    if (at >= 0) this.rows[at].firstElementChild.setAttribute("aria-current", "true");
    this.at = at;
  }

  async mended(item) {
    await this.load();
    await this.rest;
    this.pick(item.record.record_id);
  }
}

const paper = new Paper($("#document").dataset.serial);
const outbox = new Outbox(document.body.dataset.user);
showState(outbox, $("#save-state"));
const bench = new Bench({ source: paper, outbox, mayReview: document.body.dataset.role !== "reader" });
window.sovang = { bench, paper, outbox };
await paper.start(bench);
