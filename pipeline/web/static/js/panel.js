// The panel of one record: what it is, how sure the machine was and why, its values as a form, three ways of a conflict.

import { add, el, fill } from "./dom.js";
import { SLOTS, SlotForm, shownValue } from "./slots.js";
import { number, t } from "./words.js";

export class RecordPanel {
  constructor(place, { mayReview, onChange = () => {}, onTake = () => {} }) {
    this.place = place;
    this.mayReview = mayReview;
    this.onChange = onChange;
    this.onTake = onTake;
    this.form = null;
  }

  show(item) {
    const { record } = item;
    this.item = item;
    this.form = new SlotForm(record, {
      day: item.document.reference_date ?? item.document.issued ?? item.document.published,
      onChange: this.onChange,
      disabled: !this.mayReview,
    });
    this.note = el("input", { type: "text", maxlength: "500", autocomplete: "off", disabled: !this.mayReview });
    this.quote = el("p", { class: "quote", lang: "vi" }, record.quote);
    fill(this.place,
      el("div", { class: "head" },
        el("h2", { class: `kind ${record.kind}` }, t(`kind.${record.kind}`)),
        record.state === "machine" ? null : el("span", { class: `sign ${record.state}` }, t(`state.${record.state}`)),
        el("span", { class: "odds", title: t("panel.confidence") }, `${number(Math.round(record.confidence * 100))} %`)),
      this._purpose(item),
      this.quote,
      this._reasons(item),
      item.purpose === "conflict" && item.machine_now !== undefined ? this._threeWays(item) : null,
      this.form.node,
      el("details", { class: "note", open: false },
        el("summary", {}, t("panel.note")), this.note),
      this._history(item));
  }

  _purpose(item) {
    if (item.is_lost) return el("p", { class: "notice warn" }, t("panel.lost"));
    if (item.purpose === "conflict") return el("p", { class: "purpose" }, t("panel.conflict"));
    if (item.purpose === "adjudication") return el("p", { class: "purpose" }, t("panel.adjudication"));
    return null;
  }

  _reasons(item) {
    if (!item.reasons.length && !item.record.rule) return null;
    return el("ul", { class: "reasons", "aria-label": t("panel.reasons") },
      item.reasons.map((reason) => el("li", {}, reason)),
      el("li", {}, el("code", {}, item.record.rule)));
  }

  // What the machine read before, what it reads now, what a person decided: side by side, differences marked.
  _threeWays(item) {
    const { record, machine, machine_now: now } = item;
    const ways = [["three.before", machine], ["three.now", now], ["three.person", record]];
    const rows = [["quote", null], ...SLOTS[record.kind]].map(([name]) => {
      const cells = ways.map(([, way]) => (way === null ? "" : name === "quote" ? way.quote : shownValue(record.kind, name, way)));
      if (name !== "quote" && cells.every((cell) => cell === cells[0])) return null; // only what differs needs the eye
      return el("tr", {},
        el("th", { scope: "row" }, t(name === "quote" ? "slot.quote" : `slot.${name}`)),
        cells.map((cell) => el("td", { class: cell === cells[2] ? "" : "differs" }, cell || "–")));
    });
    const take = now
      ? el("button", { type: "button", onclick: () => this.onTake(now) }, t("three.take"), " ", el("kbd", {}, "M"))
      : el("p", { class: "hint" }, t("three.none"));
    return el("div", {},
      el("table", { class: "three" },
        el("thead", {}, el("tr", {}, el("th", {}), ways.map(([key]) => el("th", { scope: "col" }, t(key))))),
        el("tbody", {}, rows)),
      this.mayReview ? take : null);
  }

  _history(item) {
    if (!item.history.length) return null;
    return el("ol", { class: "history", "aria-label": t("panel.history") },
      item.history.map((each) => el("li", {},
        `${t(`verdict.${each.verdict}`)} · ${each.reviewer} · ${each.decided_at.slice(0, 16).replace("T", " ")}`,
        each.reason ? ` · ${each.reason}` : "")));
  }

  showQuote(text) {
    fill(this.quote, text);
  }

  openNote() {
    const details = this.place.querySelector("details.note");
    if (!details) return;
    details.open = true;
    this.note.focus();
  }

  showEmpty(...content) {
    this.form = null;
    this.item = null;
    fill(this.place);
    add(this.place, content);
  }
}
