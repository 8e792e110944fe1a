// The awards of a document as a table: a row each, fields in place, Ctrl+Enter settles a row and goes to the next.

import { get } from "./api.js";
import { $, el, fill } from "./dom.js";
import { tell } from "./notices.js";
import { Outbox, showState } from "./outbox.js";
import { SlotForm } from "./slots.js";
import { number, t } from "./words.js";

const COLUMNS = ["form", "class", "status", "grantor", "recipients", "count", "decision_no", "date", "period"];
const { serial } = $("#document").dataset;
const mayReview = document.body.dataset.role !== "reader";
const outbox = new Outbox(document.body.dataset.user);
showState(outbox, $("#save-state"));
const rows = [];

// A row becomes a form when it comes near the eye: hundreds of forms at once would keep the person waiting.
const watcher = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) if (isIntersecting) target.line.ensure();
}, { rootMargin: "800px" });

class Line {
  constructor(record) {
    this.record = record;
    this.node = el("tr", {}, el("td", {}, t(`state.${record.state}`)), el("th", { scope: "row" }, record.quote), el("td", { colspan: String(COLUMNS.length) }));
    this.node.line = this;
    watcher.observe(this.node);
    this.node.addEventListener("focusin", () => {
      for (const line of rows) line.node.removeAttribute("aria-current");
      this.node.setAttribute("aria-current", "true");
    });
    this.node.addEventListener("keydown", (event) => this._key(event));
  }

  ensure() {
    watcher.unobserve(this.node);
    if (!this.form) this.draw();
  }

  draw() {
    const { record } = this;
    this.form = new SlotForm(record, { disabled: !mayReview });
    const cells = COLUMNS.map((name) => {
      const field = this.form.fields.get(name);
      field.input.setAttribute("aria-label", `${t(`slot.${name}`)}: ${record.quote}`);
      return el("td", {}, field.control ?? field.input, field.hint);
    });
    fill(this.node,
      el("td", {}, el("span", { class: `sign ${record.state}` }, t(`state.${record.state}`)), el("small", { class: "muted" }, ` ${Math.round(record.confidence * 100)}\u00a0%`),
        mayReview ? el("div", { class: "row tight" },
          el("button", { type: "button", class: "quiet", onclick: () => this.settle(), title: t("table.settle") }, "✓ ", t("key.accept")),
          el("button", { type: "button", class: "quiet bad", onclick: () => this.decide("rejected", null) }, "✗ ", t("key.reject"))) : null),
      el("th", { scope: "row" }, el("a", { href: `/documents/${serial}?record=${record.record_id}`, lang: "vi" }, record.quote)),
      cells);
  }

  settle() {
    if (!this.form.isChanged) this.decide("accepted", null);
    else if (this.form.check()) this.decide("corrected", this.form.changes());
  }

  decide(verdict, after) {
    const { record } = this;
    outbox.put(`/records/${record.record_id}/decision`, { verdict, version: record.version, after }, {
      what: record.quote,
      record: record.record_id,
      done: (answer) => {
        record.version = answer.version ?? record.version;
      },
    });
    Object.assign(record, after ?? {}, { state: verdict });
    if (after?.recipients) record.recipients = after.recipients.map((name) => ({ name }));
    this.draw();
    counts();
    const next = rows[rows.indexOf(this) + 1];
    next?.ensure();
    next?.node.querySelector("input, select, textarea")?.focus();
  }

  _key(event) {
    if (event.isComposing) return;
    const isPlain = event.target.tagName === "INPUT" && event.target.getAttribute("aria-expanded") !== "true";
    if (event.key === "Enter" && (event.ctrlKey || isPlain)) {
      event.preventDefault();
      this.settle();
    } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const other = rows[rows.indexOf(this) + (event.key === "ArrowDown" ? 1 : -1)];
      const { slot } = event.target.dataset;
      other?.ensure();
      other?.node.querySelector(slot ? `[data-slot="${slot}"]` : "input")?.focus();
    }
  }
}

function counts() {
  const open = rows.filter(({ record }) => record.state === "machine").length;
  fill($("#counts"), el("span", {}, t("kind.awards"), " ", el("b", {}, number(rows.length))), el("span", {}, t("queue.left"), " ", el("b", {}, number(open))));
}

outbox.addEventListener("refused", ({ detail: { error, entry } }) => {
  tell(`${entry.what}: ${error.message}`, "bad", 0);
  outbox.resolve(null);
  load();
});

async function load() {
  const found = [];
  for (let more = true; more; ) {
    const page = await get(`/documents/${serial}/records?offset=${found.length}`);
    found.push(...page.records);
    more = page.has_more;
  }
  rows.length = 0;
  for (const record of found) if (record.kind === "awards" && !record.copy_of) rows.push(new Line(record));
  fill($("#table tbody"), rows.map((line) => line.node));
  if (!rows.length) fill($("#table tbody"), el("tr", {}, el("td", { colspan: "11", class: "empty" }, t("table.empty"))));
  counts();
}

try {
  await load();
} catch (error) {
  tell(error.message, "bad", 0);
}
window.sovang = { outbox };
