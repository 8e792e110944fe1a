// A field with choices that unfold below it (ARIA combobox): typed text, arrows, Enter. Ids are shown by their names.

import { el, fill } from "./dom.js";
import { get } from "./api.js";

let serial = 0;

export class Combobox {
  // `free`: what was typed counts even where it is none of the choices.
  constructor({ what, value = "", shown = "", free = false, day = null, more = () => ({}), onChange = () => {} }) {
    this.more = more;
    this.what = what;
    this.free = free;
    this.day = day;
    this.onChange = onChange;
    this.value = value ?? "";
    this.id = `choices-${(serial += 1)}`;
    this.list = el("ul", { id: this.id, role: "listbox", hidden: true });
    this.input = el("input", {
      type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": this.id, value: shown || this.value,
    });
    this.node = el("div", { class: "combo" }, this.input, this.list);
    this.choices = [];
    this.at = -1;
    this.input.addEventListener("input", () => {
      this.value = this.free ? this.input.value.trim() : "";
      this._ask();
      this.onChange();
    });
    this.input.addEventListener("keydown", (event) => this._key(event));
    this.input.addEventListener("blur", () => {
      if (!this.free && !this.value && this.choices.length === 1 && this.input.value.trim()) this._take(0);
      this._fold();
    });
  }

  async _ask() {
    this.abort?.abort();
    this.abort = new AbortController();
    const query = new URLSearchParams({ q: this.input.value.trim(), ...this.more() });
    if (this.day) query.set("day", this.day);
    try {
      const found = await get(`/complete/${this.what}?${query}`, { signal: this.abort.signal });
      this.choices = found.choices;
    } catch {
      return;
    }
    this.at = this.free || !this.choices.length ? -1 : 0;
    this._unfold();
  }

  _unfold() {
    fill(this.list, this.choices.map(([value, label], at) =>
      el("li", { id: `${this.id}-${at}`, role: "option", "aria-selected": String(at === this.at), onmousedown: (event) => {
        event.preventDefault();
        this._take(at);
      } }, label, label !== value && !this.free ? el("small", {}, value) : null)));
    const open = this.choices.length > 0 && document.activeElement === this.input;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (this.at >= 0) this.input.setAttribute("aria-activedescendant", `${this.id}-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  _fold() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }

  _take(at) {
    const [value, label] = this.choices[at];
    this.value = value;
    this.input.value = label;
    this._fold();
    this.onChange();
  }

  _key(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) {
        this._ask();
        return;
      }
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + step + this.choices.length) % this.choices.length;
      this._unfold();
    } else if (event.key === "Enter" && open && this.at >= 0) {
      event.preventDefault();
      event.stopPropagation();
      this._take(this.at);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this._fold();
    } else if (event.key === "Tab" && open && this.at >= 0 && !this.free) {
      this._take(this.at);
    }
  }
}

