// The values of a record as a form: one field for each slot, checked as it is typed, and what was changed in it.

import { Combobox } from "./combobox.js";
import { Refusal, post } from "./api.js";
import { add, el, fill } from "./dom.js";
import { t } from "./words.js";

const MODS = { dates: ["start", "mid", "end", "morning", "noon", "afternoon", "evening", "night"], figures: [">", ">=", "<", "<=", "~"] };
const ROLES = ["event", "publication", "decision", "period", "deadline", "birth", "death", "law", "furniture"];

// name, how it is entered, whether it takes half a line
export const SLOTS = {
  dates: [["edtf", "date"], ["mod", MODS.dates, true], ["role", ROLES, true], ["calendar", ["lunar"], true]],
  provinces: [["id", "province"], ["qualifies", ["place", "body", "city"], true]],
  figures: [["value", "text", true], ["upper", "text", true], ["unit", "unit", true], ["mod", MODS.figures, true], ["of", "text", true], ["noun", "text"]],
  awards: [
    ["form", "form"], ["class", "class", true], ["status", ["proposed", "granted", "revoked"], true], ["grantor", "body"],
    ["recipients", "names"], ["count", "text", true], ["posthumous", "check", true], ["decision_no", "text", true],
    ["decision_date", "date", true], ["date", "date", true], ["period", "date", true], ["reason", "text"],
  ],
  document_facts: [["field", "fixed", true], ["value", "text"]],
};
const REQUIRED = { dates: ["edtf"], provinces: ["id"], figures: ["value", "unit"], awards: ["form", "status"], document_facts: ["field", "value"] };
const FIELDS = ["kind", "issuing_body", "superior_body", "number", "symbol", "place_of_issue", "date_of_issue", "subject", "addressee", "recipient", "signing_authority", "signer", "start_time", "place", "chair", "secretary", "present", "members", "absent", "absence_reason", "votes_issued", "votes_returned", "votes_valid", "end_time", "copies_made", "publisher", "author", "kicker"];
const PAPERS = ["article", "decision", "minutes", "proposal", "report", "other"];
let serial = 0;

// How a value reads in one line: names for ids, closed words in the language of the page.
export function shownValue(kind, name, record) {
  const value = record?.[name];
  if (value === null || value === undefined || value === "") return "";
  const known = record.labels ?? {};
  if (name === "recipients") return value.map((each) => each.name).join("; ");
  if (name === "posthumous") return value ? t("value.yes") : t("value.no");
  if (name === "id" || name === "form") return known[value] ? `${known[value]} (${value})` : value;
  if (["mod", "role", "status", "qualifies", "calendar"].includes(name) && /^[a-z]/.test(value)) return t(`value.${value}`);
  if (name === "field") return t(`field.${value}`);
  if (name === "value" && record.field === "kind") return t(`document_kind.${value}`);
  return String(value);
}

// What a record says in one line, for lists.
export function summary(record) {
  if (record.kind === "document_facts") return `${t(`field.${record.field}`)}: ${shownValue(record.kind, "value", record)}`;
  if (record.kind === "provinces") return record.labels?.[record.id] ?? record.id;
  if (record.kind === "dates") return [record.edtf, record.mod && shownValue("dates", "mod", record)].filter(Boolean).join(" · ");
  if (record.kind === "figures") {
    const range = record.upper === null ? record.value : `${record.value}–${record.upper}`;
    return [record.mod, record.of === null ? range : `${range}/${record.of}`, record.unit].filter(Boolean).join(" ");
  }
  return [record.labels?.[record.form] ?? record.form, record.class, t(`value.${record.status}`)].filter(Boolean).join(" · ");
}

export class SlotForm {
  // `record` may be new: then only its kind is known. `onChange()` is told of every change.
  constructor(record, { day = null, onChange = () => {}, disabled = false, isNew = false } = {}) {
    this.record = record;
    this.day = day;
    this.onChange = onChange;
    this.isNew = isNew;
    this.fields = new Map();
    this.node = el("div", { class: "slots" });
    for (const [name, how, half] of SLOTS[record.kind]) add(this.node, this._field(name, how, half));
    if (disabled) for (const field of this.node.querySelectorAll("input, select, textarea")) field.disabled = true;
  }

  _field(name, how, half) {
    const id = `slot-${(serial += 1)}`;
    const hint = el("span", { class: "hint", id: `${id}-hint` });
    const field = { name, how, hint, initial: this._initial(name) };
    const words = el("span", {}, t(`slot.${name === "value" && this.record.kind === "document_facts" ? "fact_value" : name}`));
    const label = el("label", { class: half ? "half" : "" }, words);
    field.label = label;
    this._control(field, hint);
    field.input.setAttribute("aria-describedby", hint.id);
    if ((REQUIRED[this.record.kind] ?? []).includes(name)) field.input.setAttribute("aria-required", "true");
    field.input.dataset.slot = name;
    add(label, field.control ?? field.input, hint);
    this.fields.set(name, field);
    return label;
  }

  _initial(name) {
    const value = this.record[name];
    if (name === "recipients") return (value ?? []).map((each) => each.name).join("\n");
    if (name === "posthumous") return Boolean(value);
    return value === null || value === undefined ? "" : String(value);
  }

  _control(field, hint) {
    const { name, how, initial } = field;
    const changed = () => this._changed(field);
    const isKind = name === "value" && this.record.field === "kind" && !this.isNew;
    if (Array.isArray(how) || isKind || (how === "fixed" && this.isNew)) {
      const choices = isKind ? PAPERS : how === "fixed" ? FIELDS : how;
      const words = isKind ? "document_kind" : how === "fixed" ? "field" : "value";
      const options = choices.map((each) => el("option", { value: each, selected: each === initial }, /^[a-z]/.test(each) ? t(`${words}.${each}`) : each));
      const empty = name === "status" || isKind || how === "fixed" ? [] : [el("option", { value: "" }, "–")];
      field.input = el("select", { onchange: changed }, empty, options);
      if (name === "status" && !initial) field.input.value = "granted";
    } else if (how === "fixed") {
      field.input = el("input", { type: "text", value: t(`field.${initial}`), readonly: true });
    } else if (how === "check") {
      field.input = el("input", { type: "checkbox", checked: initial, onchange: changed });
      field.control = el("span", { class: "row tight" }, field.input);
    } else if (how === "names") {
      field.input = el("textarea", { rows: Math.min(8, Math.max(2, initial.split("\n").length)), value: initial, oninput: changed });
      fill(hint, t("slot.recipients_hint"));
    } else if (how === "text" || how === "date") {
      field.input = el("input", { type: "text", value: initial, autocomplete: "off", spellcheck: "false", oninput: changed });
      if (how === "date") field.input.placeholder = t("slot.date_hint");
    } else {
      const shown = (this.record.labels ?? {})[initial] ?? initial;
      field.combo = new Combobox({ what: how, value: initial, shown, free: how !== "province" && how !== "form", day: this.day, more: () => (how === "class" ? { form: this.fields.get("form").combo.value } : {}), onChange: changed });
      field.input = field.combo.input;
      field.control = field.combo.node;
    }
  }

  _changed(field) {
    field.label.classList.toggle("changed", this._differs(field));
    field.input.removeAttribute("aria-invalid");
    if (field.how === "date") this._check(field);
    this.onChange();
  }

  // A date is read by the server as it is typed, and what it was taken for stands below.
  _check(field) {
    clearTimeout(field.timer);
    const text = field.input.value.trim();
    fill(field.hint);
    field.hint.className = "hint";
    if (!text || !this._differs(field)) return;
    field.timer = setTimeout(async () => {
      try {
        const read = await post("/edtf", { text, reference: this.day });
        if (field.input.value.trim() !== text) return;
        fill(field.hint, `= ${read.edtf}`, read.earliest && read.earliest !== read.latest ? ` (${read.earliest} – ${read.latest ?? "…"})` : "");
        field.hint.classList.add("good");
      } catch (error) {
        if (!(error instanceof Refusal) || field.input.value.trim() !== text) return;
        this.complain(field.name, error.message);
      }
    }, 150);
  }

  complain(name, words) {
    const field = this.fields.get(name);
    if (!field) return false;
    field.input.setAttribute("aria-invalid", "true");
    field.hint.className = "hint bad";
    fill(field.hint, words);
    return true;
  }

  _differs(field) {
    return this._value(field) !== field.initial;
  }

  _value(field) {
    if (field.how === "check") return field.input.checked;
    if (field.how === "fixed" && !this.isNew) return field.initial;
    if (field.combo) return field.combo.free ? field.input.value.trim() : field.combo.value || (field.input.value === "" ? "" : "\u0000");
    if (field.how === "names") return field.input.value.split("\n").map((line) => line.trim()).filter(Boolean).join("\n");
    return field.input.value.trim();
  }

  get isChanged() {
    return [...this.fields.values()].some((field) => this._differs(field));
  }

  // The columns that were changed, as the server takes them; for a new record all that hold something.
  changes() {
    const after = {};
    for (const field of this.fields.values()) {
      const value = this._value(field);
      if (this.isNew ? value === "" || value === false : value === field.initial) continue;
      if (field.name === "recipients") after.recipients = value.split("\n").filter(Boolean);
      else after[field.name] = value === "" ? null : value;
    }
    return after;
  }

  // Says what is missing before anything is sent; the field that is wrong gets the focus.
  check() {
    for (const field of this.fields.values()) {
      const value = this._value(field);
      const required = (REQUIRED[this.record.kind] ?? []).includes(field.name);
      let words = "";
      if (value === "\u0000") words = t("slot.choose");
      else if (required && value === "") words = t("slot.needed");
      else if (field.input.getAttribute("aria-invalid") === "true") words = field.hint.textContent;
      if (words) {
        this.complain(field.name, words);
        field.input.focus();
        return false;
      }
    }
    return true;
  }

  focus() {
    const [first] = this.fields.values();
    const target = first.how === "fixed" && !this.isNew ? this.fields.get("value") : first;
    target.input.focus();
    target.input.select?.();
  }
}
