// The queue: items come in order of what a second of reading buys; the next ones are here before they are asked for.

import { get, post } from "./api.js";
import { Bench } from "./bench.js";
import { $, el, fill } from "./dom.js";
import { tell } from "./notices.js";
import { Outbox, showState } from "./outbox.js";
import { preloadPages } from "./pagesheet.js";
import { duration, number, t } from "./words.js";

const AHEAD = 4;
const WAIT_MS = 15000; // between looks at an empty queue: others may give records back

class Queue {
  constructor(filters) {
    this.filters = filters;
    this.upcoming = [];
    this.done = new Set(); // decided or skipped here: never shown again unless undone
    this.left = null;
    this.today = 0;
    this.filling = null;
  }

  held() {
    return this.upcoming.map((item) => item.record.record_id).concat(this.bench?.item?.record.record_id ?? []);
  }

  async start(bench) {
    this.bench = bench;
    await this.fill();
    this._next(bench);
    await this.count();
    if (!bench.item) bench.showNothing();
    setInterval(() => !bench.item && this._refill(bench), WAIT_MS);
    addEventListener("pagehide", () => {
      if (this.held().length) post("/leases/release", { record_ids: this.held() }, { keepalive: true }).catch(() => {});
    });
  }

  // Fetches more where fewer than `AHEAD` are waiting; what is on its way to be saved may come once more and is left out.
  fill() {
    this.filling ??= this._fill().finally(() => {
      this.filling = null;
    });
    return this.filling;
  }

  async _fill() {
    try {
      const known = this.held();
      const query = new URLSearchParams(this.filters);
      query.set("n", String(Math.min(20, known.length + AHEAD + this.bench.outbox.entries.length)));
      const { items } = await get(`/queue?${query}`);
      const current = this.bench.item?.record.record_id;
      for (const item of items) {
        const id = item.record.record_id;
        if (id === current || this.done.has(id) || this.upcoming.some((each) => each.record.record_id === id)) continue;
        this.upcoming.push(item);
        preloadPages(item);
      }
    } catch (error) {
      tell(error.message, "bad");
    }
  }

  _next(bench) {
    const item = this.upcoming.shift() ?? null;
    bench.show(item);
    if (this.upcoming.length < AHEAD) this._refill(bench);
  }

  async _refill(bench) {
    await this.fill();
    if (!this.upcoming.length && !bench.item) await this.fill(); // what was decided meanwhile made room
    if (!bench.item && this.upcoming.length) this._next(bench);
  }

  async advance(item, bench) {
    this.done.add(item.record.record_id);
    if (this.left !== null) this.left = Math.max(0, this.left - 1);
    this.today += 1;
    this._showCounts();
    this._next(bench);
  }

  skip(item, bench) {
    this._drop([item.record.record_id]);
    this._next(bench);
  }

  _drop(ids) {
    for (const id of ids) this.done.add(id);
    post("/leases/release", { record_ids: ids, skip: true }).catch((error) => tell(error.message, "bad"));
  }

  // Leaves the rest of a document for later.
  nextDocument(item, bench) {
    const { serial } = item.document;
    const same = [item, ...this.upcoming.filter((each) => each.document.serial === serial)];
    this.upcoming = this.upcoming.filter((each) => each.document.serial !== serial);
    this._drop(same.map((each) => each.record.record_id));
    this._next(bench);
  }

  // Shows an item again; the one on screen comes right after it.
  put(item, bench) {
    const id = item.record.record_id;
    this.done.delete(id);
    this.upcoming = this.upcoming.filter((each) => each.record.record_id !== id);
    if (bench.item && bench.item.record.record_id !== id) this.upcoming.unshift(bench.item);
    bench.show(item);
    this.count();
  }

  async pick(id, bench) {
    if (bench.isChanged) return;
    try {
      this.put(await get(`/records/${id}`), bench);
    } catch (error) {
      tell(error.message, "bad");
    }
  }

  async mended(item, bench) {
    const { serial } = item.document;
    this.upcoming = this.upcoming.filter((each) => each.document.serial !== serial);
    bench.show(await get(`/records/${item.record.record_id}`));
    this.fill();
  }

  saved() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.count(), 3000);
  }

  async count() {
    try {
      const counts = await get(`/counts?${new URLSearchParams(this.filters)}`);
      this.left = Math.max(0, counts.left - this.bench.outbox.entries.length);
      this.today = counts.decided_today;
      this.pace = counts.left ? counts.time_left_s / counts.left : 0;
      this._showCounts();
    } catch {
      // numbers are only numbers: the next decision asks again
    }
  }

  _showCounts() {
    if (this.left === null) return;
    fill($("#counts"),
      el("span", {}, t("queue.left"), " ", el("b", {}, number(this.left))),
      el("span", {}, t("queue.today"), " ", el("b", {}, number(this.today))),
      this.left ? el("span", {}, t("queue.time"), " ", el("b", {}, duration(this.left * this.pace))) : null);
  }
}

const form = $("#filters");
const filters = [...new FormData(form)].filter(([, value]) => value !== "");
const outbox = new Outbox(document.body.dataset.user);
showState(outbox, $("#save-state"));
const queue = new Queue(filters);
const bench = new Bench({ source: queue, outbox, mayReview: true });
queue.bench = bench;
window.sovang = { bench, queue, outbox };
await queue.start(bench);
