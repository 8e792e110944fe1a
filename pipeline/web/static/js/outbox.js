// Saves in the background what was decided, in order, again and again until it is answered. Nothing is forgotten:
// what is not yet saved is kept in the browser's storage and sent again after a reload or a crash.

import { Refusal, post } from "./api.js";
import { t } from "./words.js";

const WAITS = [500, 1000, 2000, 4000, 8000, 15000];
const ABANDONED = 40000; // milliseconds without a touch after which entries belong to no living page
let count = 0;

export class Outbox extends EventTarget {
  constructor(user) {
    super();
    this.family = `sovang-outbox-${user}-`;
    this.name = this.family + crypto.getRandomValues(new Uint32Array(2)).join("");
    this.entries = this._adopted();
    this.tries = 0;
    this.busy = false;
    this.halted = null; // an entry that a person has to decide about
    addEventListener("beforeunload", (event) => {
      if (!this.entries.length) return;
      event.preventDefault();
      event.returnValue = "";
    });
    addEventListener("online", () => this._go());
    if (this.entries.length) {
      this._keep();
      setTimeout(() => this._go(), 0);
    }
  }

  get state() {
    if (this.halted) return "conflict";
    if (this.tries) return "failing";
    return this.entries.length ? "saving" : "saved";
  }

  // Puts a request in the queue; `done(answer)` is told when it is saved. Returns the entry.
  put(path, body, { done = null, what = "", record = null } = {}) {
    const entry = { id: (count += 1), path, body, what, record };
    Object.defineProperty(entry, "done", { value: done, enumerable: false });
    this.entries.push(entry);
    this._keep();
    this._go();
    return entry;
  }

  // Takes back a decision that has not left yet; false where it is under way or saved.
  takeBack(entry) {
    const at = this.entries.indexOf(entry);
    if (at < 0 || (at === 0 && this.busy)) return false;
    this.entries.splice(at, 1);
    if (this.halted === entry) this.halted = null;
    this._keep();
    return true;
  }

  holds(record) {
    return this.entries.some((entry) => entry.record === record);
  }

  // Resolves once all that is in the queue now is saved, or stands still.
  async settled() {
    while (this.entries.length && !this.halted && !this.tries) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  // The person has chosen what becomes of the entry that stands still: another body to send, or null to drop it.
  resolve(body) {
    const entry = this.halted;
    if (!entry) return;
    this.halted = null;
    if (body === null) this.entries.shift();
    else entry.body = body;
    this._keep();
    this._go();
  }

  retryNow() {
    clearTimeout(this.timer);
    this._go();
  }

  async _go() {
    if (this.busy || this.halted) return;
    clearTimeout(this.timer);
    this.busy = true;
    while (this.entries.length && !this.halted) {
      const [entry] = this.entries;
      try {
        const answer = await post(entry.path, this.tries ? { ...entry.body, again: true } : entry.body);
        this.tries = 0;
        this.entries.shift();
        this._keep();
        entry.done?.(answer);
        this.dispatchEvent(new CustomEvent("saved", { detail: { entry, answer } }));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.isPassing || error.status === 401) {
          this.tries += 1;
          this.busy = false;
          this._keep();
          this.timer = setTimeout(() => this._go(), WAITS[Math.min(this.tries, WAITS.length) - 1]);
          this.dispatchEvent(new CustomEvent("failing", { detail: { entry, error } }));
          return;
        }
        this.tries = 0;
        this.halted = entry;
        this._keep();
        this.dispatchEvent(new CustomEvent("refused", { detail: { entry, error } }));
      }
    }
    this.busy = false;
    this._tell();
  }

  _keep() {
    try {
      if (this.entries.length) localStorage.setItem(this.name, JSON.stringify({ at: Date.now(), entries: this.entries }));
      else localStorage.removeItem(this.name);
    } catch {
      // without storage the queue still lives as long as the page
    }
    this._tell();
  }

  // What a page that is no more has left unsaved; a page that lives touches its entries with every try.
  _adopted() {
    const found = [];
    try {
      for (const name of Object.keys(localStorage).filter((each) => each.startsWith(this.family))) {
        const { at, entries } = JSON.parse(localStorage.getItem(name));
        if (Date.now() - at < ABANDONED && performance.getEntriesByType("navigation")[0]?.type !== "reload") continue;
        localStorage.removeItem(name);
        for (const entry of entries) found.push({ ...entry, body: { ...entry.body, again: true } });
      }
    } catch {
      // a browser without storage, or what stands there is not ours
    }
    return found;
  }

  _tell() {
    this.dispatchEvent(new Event("change"));
  }
}

// Shows the state of the outbox in one line, with what to do where it fails.
export function showState(outbox, place) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.addEventListener("click", () => outbox.retryNow());
  const words = document.createElement("span");
  place.replaceChildren(words, button);
  const door = document.createElement("a");
  Object.assign(door, { href: "/login", target: "_blank", rel: "noopener", textContent: t("save.login"), hidden: true });
  place.append(door);
  outbox.addEventListener("failing", ({ detail }) => {
    door.hidden = detail.error.status !== 401;
  });
  const show = () => {
    if (outbox.state !== "failing") door.hidden = true;
    place.dataset.state = outbox.state;
    words.textContent = t(`save.${outbox.state}`, { n: outbox.entries.length });
    button.hidden = outbox.state !== "failing";
    button.textContent = t("save.again");
  };
  outbox.addEventListener("change", show);
  outbox.addEventListener("failing", show);
  outbox.addEventListener("refused", show);
  show();
}
