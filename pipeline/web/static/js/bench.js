// The bench of a reviewer: text, page, panel and keys. Where the records come from, a queue or one document, is the
// business of a source: `start()`, `advance(item)`, `skip(item)`, `nextDocument(item)`, `move(step)`, `pick(id)`, `put(item)`.

import { get, post } from "./api.js";
import { $, el, fill, isTyping } from "./dom.js";
import { PageSheet } from "./pagesheet.js";
import { RecordPanel } from "./panel.js";
import { SlotForm, shownValue, SLOTS } from "./slots.js";
import { TextView } from "./textview.js";
import { tell } from "./notices.js";
import { t } from "./words.js";
import { letterOf } from "./shell.js";

const KINDS = ["dates", "provinces", "figures", "awards", "document_facts"];
const LEASE_MS = 4 * 60 * 1000;

export class Bench {
  constructor({ source, outbox, mayReview }) {
    this.source = source;
    this.outbox = outbox;
    this.mayReview = mayReview;
    this.item = null;
    this.decided = []; // what undo takes back, the latest last
    this.adding = false;
    this.textBox = $("#ink");
    this.text = new TextView(this.textBox, {
      onPick: (id) => this.source.pick?.(id, this),
      onSpan: () => this._spanChanged(),
    });
    this.sheet = new PageSheet($("#sheet"));
    this.panel = new RecordPanel($("#panel"), {
      mayReview,
      onChange: () => this._drawKeys(),
      onTake: (reading) => this.take(reading),
    });
    this.where = $("#where");
    this.banner = $("#banner");
    this.keys = $("#keys");
    document.addEventListener("keydown", (event) => this._key(event));
    document.addEventListener("visibilitychange", () => this._clock());
    document.addEventListener("selectionchange", () => this.adding && this._selected());
    outbox.addEventListener("refused", ({ detail }) => this._refused(detail));
    setInterval(() => this._renew(), LEASE_MS);
    this._drawKeys();
  }

  // --- showing --------------------------------------------------------------------------------------------

  show(item) {
    this.item = item;
    this.adding = false;
    this.draft = null;
    fill(this.banner);
    if (!item) {
      this.showNothing();
      return;
    }
    const { record } = item;
    this._drawText(item);
    this.sheet.show(item);
    this.panel.show(item);
    this._where(item);
    this._drawKeys();
    this.seconds = 0;
    this.since = document.hidden ? null : performance.now();
    this.text.scrollToCurrent();
    const told = `${t(`kind.${record.kind}`)}: ${record.quote}`;
    const announce = $("#announce"); // words that stay the same are not read out again
    announce.textContent = announce.textContent === told ? `${told}\u00a0` : told;
  }

  // Brings what was fetched later (page, history, reasons) into an item that is on screen already.
  complete(item) {
    if (this.item?.record.record_id !== item.record.record_id || this.panel.form?.isChanged || this.adding) return;
    this.item = { ...this.item, ...item, context: this.item.context, neighbours: this.item.neighbours };
    this.sheet.show(this.item);
    this.panel.show(this.item);
    this._drawKeys();
  }

  _drawText(item) {
    const { record, context } = item;
    const slots = [];
    if (record.kind === "awards") {
      if (record.grantor_start !== null) slots.push({ start: record.grantor_start, end: record.grantor_end });
      for (const each of record.recipients ?? []) if (each.start !== null) slots.push({ start: each.start, end: each.end });
    }
    this.text.show({
      text: context.text,
      start: context.start,
      key: context.key ?? null,
      marks: item.neighbours,
      current: { start: record.start, end: record.end },
      sentence: item.sentence,
      slots,
    });
  }

  _where(item) {
    const { document: paper } = item;
    fill(this.where,
      el("a", { href: `/documents/${paper.serial}?record=${item.record.record_id}` }, paper.title || paper.name),
      el("span", { class: "muted" }, [paper.kind && t(`document_kind.${paper.kind}`), paper.issued ?? paper.published, item.record.page && t("page.short", { n: item.record.page })].filter(Boolean).join(" · ")));
  }

  showNothing() {
    fill(this.where);
    this.text.show({ text: "", start: 0, marks: [], current: null, sentence: null });
    this.sheet.figure.hidden = true;
    const others = (this.source.left ?? 0) > 0;
    this.panel.showEmpty(el("div", { class: "empty" }, el("h2", {}, t(others ? "queue.held" : "queue.empty")), el("p", {}, t(others ? "queue.held_lead" : "queue.empty_lead"))));
    this._drawKeys();
  }

  _spanChanged() {
    if (this.item) this.panel.showQuote(this.text.points.slice(this.text.current.start, this.text.current.end));
    this._drawKeys();
  }

  get isChanged() {
    if (!this.item || !this.panel.form) return false;
    const { current } = this.text;
    const moved = current && (current.start !== this.item.record.start || current.end !== this.item.record.end);
    return Boolean(moved) || this.panel.form.isChanged;
  }

  _clock() {
    if (document.hidden && this.since !== null) {
      this.seconds += (performance.now() - this.since) / 1000;
      this.since = null;
    } else if (!document.hidden && this.since === null) this.since = performance.now();
  }

  _seconds() {
    const running = this.since === null ? 0 : (performance.now() - this.since) / 1000;
    return Math.round((this.seconds + running) * 100) / 100;
  }

  _renew() {
    const ids = this.source.held?.() ?? [];
    if (this.mayReview && ids.length && !document.hidden) post("/leases/renew", { record_ids: ids }).catch(() => {});
  }

  // --- deciding -------------------------------------------------------------------------------------------

  accept() {
    if (this.isChanged) this.save();
    else this._decide("accepted", null);
  }

  // Saves what the form and the handles say; a form that nobody touched accepts.
  save() {
    if (!this.isChanged) {
      this._decide("accepted", null);
      return;
    }
    if (!this.panel.form.check()) return;
    const after = this.panel.form.changes();
    const { current } = this.text;
    const { record } = this.item;
    if (current.start !== record.start || current.end !== record.end) Object.assign(after, { start: current.start, end: current.end });
    this._decide("corrected", after);
  }

  // Takes the machine's new reading in place of the person's.
  take(reading) {
    const { record } = this.item;
    const after = {};
    for (const [name] of SLOTS[record.kind]) {
      if (name === "field") continue;
      const value = name === "recipients" ? (reading.recipients ?? []) : (reading[name] ?? null);
      if (JSON.stringify(value) !== JSON.stringify(record[name] ?? null)) after[name] = value;
    }
    if (reading.start !== record.start || reading.end !== record.end) Object.assign(after, { start: reading.start, end: reading.end });
    this._decide("corrected", after);
  }

  _decide(verdict, after) {
    const { item } = this;
    if (!item || !this.mayReview) return;
    const { record } = item;
    const body = { verdict, version: item.version, after, reason: this.panel.note.value.trim() || null, seconds: this._seconds() };
    const place = this.outbox.put(`/records/${record.record_id}/decision`, body, {
      what: `${t(`kind.${record.kind}`)}: ${record.quote}`,
      record: record.record_id,
      done: (answer) => this.source.saved?.(item, verdict, answer),
    });
    this.decided.push({ item, entry: place });
    this.source.advance(item, this, verdict, after);
  }

  reject() {
    this._decide("rejected", null);
  }

  skip() {
    if (this.item) this.source.skip(this.item, this);
  }

  // Takes the latest decision back: from the outbox where it has not left yet, else on the server.
  undo() {
    if (!this.mayReview) return;
    const last = this.decided.pop();
    if (!last) {
      this.outbox.put("/undo", {}, { what: t("key.undo"), done: (answer) => this._undone(answer) });
      return;
    }
    if (!this.outbox.takeBack(last.entry)) {
      const record = last.item?.record.record_id;
      this.outbox.put("/undo", record ? { record_id: record } : {}, { what: t("key.undo"), record });
    }
    if (last.item) this.source.put(last.item, this);
    tell(t("undo.done"), "good", 2);
  }

  async _undone(answer) {
    if (!answer.undone) {
      tell(t("undo.nothing"));
      return;
    }
    tell(t("undo.done"), "good", 2);
    if (answer.undone.verdict === "added" || answer.undone.after === null) return;
    try {
      this.source.put(await get(`/records/${answer.undone.record_id}`), this);
    } catch {
      // the record is no more: there is nothing to show
    }
  }

  // --- what the server refused ----------------------------------------------------------------------------

  _refused({ entry, error }) {
    const dialog = $("#conflict");
    const current = error.data?.current ?? null;
    const item = [...this.decided].reverse().find((each) => each.entry.id === entry.id)?.item ?? null;
    const close = (body) => {
      dialog.close();
      this.outbox.resolve(body);
    };
    const again = () => {
      close(null);
      this.decided = this.decided.filter((each) => each.entry.id !== entry.id);
      const shown = current ?? item;
      if (shown) this.source.put(shown, this);
    };
    const buttons = [el("button", { type: "button", class: "primary", onclick: again }, t(current || item ? "conflict.again" : "conflict.close"))];
    if (error.code === "changed" && current && entry.body.verdict) {
      buttons.push(el("button", { type: "button", onclick: () => close(null) }, t("conflict.theirs")));
      buttons.push(el("button", { type: "button", onclick: () => close({ ...entry.body, version: current.version }) }, t("conflict.mine")));
    }
    fill(dialog,
      el("h2", { id: "conflict-title" }, t(error.code === "changed" ? "conflict.title" : "conflict.refused")),
      el("p", {}, error.message),
      el("p", { class: "muted" }, entry.what),
      current && entry.body.verdict ? this._bothWays(entry, current) : null,
      el("div", { class: "actions" }, buttons));
    if (!dialog.open) dialog.showModal();
  }

  _bothWays(entry, current) {
    const { record } = current;
    const mine = { ...record, ...(entry.body.after ?? {}) };
    if (mine.recipients) mine.recipients = mine.recipients.map((each) => (typeof each === "string" ? { name: each } : each));
    const last = current.history.at(-1);
    const rows = SLOTS[record.kind].map(([name]) => {
      const cells = [shownValue(record.kind, name, mine), shownValue(record.kind, name, record)];
      return cells[0] || cells[1] ? el("tr", {}, el("th", { scope: "row" }, t(`slot.${name}`)), cells.map((cell) => el("td", { class: cells[0] === cells[1] ? "" : "differs" }, cell || "–"))) : null;
    });
    return el("table", { class: "three" },
      el("thead", {}, el("tr", {}, el("th", {}),
        el("th", { scope: "col" }, t("conflict.you"), ": ", t(`verdict.${entry.body.verdict}`)),
        el("th", { scope: "col" }, last ? last.reviewer : t("conflict.now"), ": ", t(`state.${record.state}`)))),
      el("tbody", {}, rows));
  }

  // --- adding what was missed -----------------------------------------------------------------------------

  add() {
    if (!this.item || !this.mayReview) return;
    const chosen = this.text.selection();
    this.adding = true;
    this.text.pick(chosen ?? this.text.points.wordAt(this.item.record.end));
    document.getSelection()?.removeAllRanges();
    fill(this.banner, el("div", { class: "notice warn", role: "status" },
      el("p", {}, t("add.choose")),
      el("div", { class: "row" }, KINDS.map((kind, at) => el("button", { type: "button", onclick: () => this.addKind(kind) }, el("span", { class: `kind ${kind}` }, t(`kind.${kind}`)), el("kbd", {}, String(at + 1)))),
        el("button", { type: "button", class: "quiet", onclick: () => this.stopAdding() }, t("add.stop"), el("kbd", {}, "Esc")))));
    this._drawKeys();
  }

  _selected() {
    if (this.draft) return;
    const chosen = this.text.selection();
    if (chosen) this.text.picked = chosen;
  }

  addKind(kind) {
    const chosen = this.text.selection() ?? this.text.picked;
    if (!chosen) return;
    document.getSelection()?.removeAllRanges();
    this.text.pick(chosen);
    const quote = this.text.points.slice(...chosen);
    const form = new SlotForm(this._blank(kind, quote), { day: this.item.document.reference_date, isNew: true });
    this.draft = { kind, start: chosen[0], end: chosen[1], quote, form };
    this.draft.complain = el("p", { class: "hint bad" });
    this.panel.showEmpty(
      el("h2", { class: `kind ${kind}` }, t("add.title", { kind: t(`kind.${kind}`) })),
      el("p", { class: "quote", lang: "vi" }, quote),
      form.node,
      this.draft.complain,
      el("div", { class: "row" },
        el("button", { type: "button", class: "primary", onclick: () => this.saveDraft() }, t("add.save"), " ", el("kbd", {}, "Enter")),
        el("button", { type: "button", onclick: () => this.stopAdding() }, t("add.stop"), " ", el("kbd", {}, "Esc"))));
    form.focus();
    for (const name of ["id", "form"]) form.fields.get(name)?.combo?._ask();
    if (form.fields.get("edtf")) form._check(form.fields.get("edtf"));
  }

  // A first guess from the words that were chosen; the person completes it.
  _blank(kind, quote) {
    const figure = /^\D*?(-?\d[\d.,]*)\s*(.*)$/s.exec(quote);
    const values = {
      dates: { edtf: quote },
      provinces: { id: quote },
      figures: figure ? { value: figure[1], unit: figure[2].trim() } : { value: quote },
      awards: { form: quote },
      document_facts: { field: "", value: quote },
    };
    return { kind, labels: {}, ...values[kind] };
  }

  saveDraft() {
    const { kind, start, end, quote, form } = this.draft;
    if (!form.check()) return;
    const { serial } = this.item.document;
    const place = this.outbox.put(`/documents/${serial}/records`, { kind, start, end, values: form.changes(), seconds: this._seconds() }, {
      what: `${t("key.add")}: ${quote}`,
      done: (answer) => {
        const added = this.decided.find((each) => each.entry === place);
        if (added) added.record = answer.review?.record_id;
        this.source.added?.(serial, this);
      },
    });
    this.decided.push({ item: null, entry: place });
    tell(t("add.done", { quote }), "good", 3);
    this.show(this.item);
  }

  stopAdding() {
    this.adding = false;
    this.show(this.item);
  }

  // --- the text itself --------------------------------------------------------------------------------------

  mend() {
    if (!this.item || !this.mayReview) return;
    const span = this.text.selection() ?? [this.item.record.start, this.item.record.end];
    const before = this.text.points.slice(...span);
    const dialog = $("#mend");
    const input = el("textarea", { rows: "3", lang: "vi", spellcheck: "false" });
    input.value = before;
    const problem = el("p", { class: "hint bad", role: "alert" });
    const save = async () => {
      if (input.value === before) {
        dialog.close();
        return;
      }
      await this.outbox.settled();
      try {
        const { correction } = await post(`/documents/${this.item.document.serial}/text`, { start: span[0], end: span[1], before, text: input.value });
        dialog.close();
        const lost = correction.lost ?? [];
        tell(lost.length ? t("mend.lost", { n: lost.length }) : t("mend.done"), lost.length ? "warn" : "good");
        await this.source.mended(this.item, this);
      } catch (error) {
        fill(problem, error.message);
      }
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing && !event.shiftKey) {
        event.preventDefault();
        save();
      }
    });
    fill(dialog,
      el("h2", { id: "mend-title" }, t("mend.title")), el("p", { class: "muted" }, t("mend.lead")),
      el("label", {}, t("mend.text"), input), problem,
      el("div", { class: "actions" },
        el("button", { type: "button", class: "primary", onclick: save }, t("mend.save"), " ", el("kbd", {}, "Enter")),
        el("button", { type: "button", onclick: () => dialog.close() }, t("add.stop"), " ", el("kbd", {}, "Esc"))));
    dialog.showModal();
    input.focus();
    input.select();
  }

  // --- keys -------------------------------------------------------------------------------------------------

  _actions() {
    if (!this.mayReview) return [];
    const changed = this.isChanged;
    const one = this.item !== null;
    return [
      ["Enter", changed ? "key.save" : "key.accept", () => this.accept(), one, true],
      ["E", "key.correct", () => this.panel.form?.focus(), one],
      ["X", "key.reject", () => this.reject(), one],
      ["S", "key.skip", () => this.skip(), one],
      ["U", "key.undo", () => this.undo(), true],
      ["N", "key.add", () => this.add(), one],
      ["T", "key.mend", () => this.mend(), one],
      ["D", "key.next_document", () => this.source.nextDocument(this.item, this), one],
    ];
  }

  _drawKeys() {
    if (this.adding) {
      fill(this.keys);
      return;
    }
    const actions = this._actions();
    const drawn = actions.map(([key, words, , on]) => `${key}${words}${on}`).join();
    if (drawn === this.drawn && this.keys.childElementCount) return;
    this.drawn = drawn;
    fill(this.keys, actions.map(([key, words, , on, primary], at) =>
      el("button", { type: "button", class: primary ? "primary" : "", disabled: !on, "aria-keyshortcuts": key, onclick: (event) => this._clicked(event, at) }, t(words), el("kbd", {}, key))));
  }

  // A click by mouse leaves the focus with the page, so that Enter goes on to mean what the keys say.
  _clicked(event, at) {
    if (event.detail) event.currentTarget.blur();
    this._actions()[at][2]();
  }

  _key(event) {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    if (this.adding) {
      this._keyAdding(event);
      return;
    }
    if (isTyping(event.target)) {
      this._keyTyping(event);
      return;
    }
    if (event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight") && this.item) {
      event.preventDefault();
      this.text.move(event.ctrlKey || event.metaKey ? "start" : "end", event.key === "ArrowRight" ? 1 : -1, true);
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && !event.target.closest?.("a, button, summary")) {
      event.preventDefault();
      this.accept();
      return;
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.source.move && event.target === document.body) {
      event.preventDefault();
      this.source.move(event.key === "ArrowDown" ? 1 : -1, this);
      return;
    }
    if (event.key === "+" || event.key === "=" || event.key === "-") {
      this.sheet.zoom(event.key === "-" ? -1 : 1);
      return;
    }
    this._letter(event);
  }

  _letter(event) {
    const letter = letterOf(event);
    if (!letter) return;
    const more = { A: () => this.accept(), C: () => this.panel.form?.focus(), R: () => this.reject(), G: () => this.panel.openNote(), J: () => this.source.move?.(1, this), K: () => this.source.move?.(-1, this) };
    if (letter === "M" && this.item?.machine_now) more.M = () => this.take(this.item.machine_now);
    const found = this._actions().find(([key, , , on]) => key === letter && on)?.[2] ?? (this.item && this.mayReview ? more[letter] : null);
    if (!found) return;
    event.preventDefault();
    found();
  }

  _keyTyping(event) {
    if (event.key === "Enter" && event.target.closest("#panel") && !(event.target.tagName === "TEXTAREA" && !event.ctrlKey)) {
      event.preventDefault();
      this.save();
      if (this.item) document.activeElement?.blur?.();
    } else if (event.key === "Escape") {
      event.target.blur();
    }
  }

  _keyAdding(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.stopAdding();
    } else if (this.draft) {
      if (event.key === "Enter" && !(event.target.tagName === "TEXTAREA" && !event.ctrlKey) && !event.target.closest?.("button")) {
        event.preventDefault();
        this.saveDraft();
      }
    } else if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      this.text.movePick(event.key, event.shiftKey);
    } else if (/^[1-5]$/.test(event.key)) {
      event.preventDefault();
      this.addKind(KINDS[Number(event.key) - 1]);
    }
  }
}

