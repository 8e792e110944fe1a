// What two readers hold of one record, side by side; the adjudicator chooses one, rejects, or enters a third answer.

import { get, post } from "./api.js";
import { $, el, fill, isTyping } from "./dom.js";
import { tell } from "./notices.js";
import { letterOf } from "./shell.js";
import { SLOTS, SlotForm, shownValue } from "./slots.js";
import { TextView } from "./textview.js";
import { number, t } from "./words.js";

let waiting = [];
let item = null;
let form = null;
let since = 0;

async function load() {
  try {
    waiting = (await get("/disagreements")).disagreements;
  } catch (error) {
    tell(error.message, "bad");
  }
  await show();
}

function keys() {
  return [
    ["1", "settle.first", () => settle("first"), true],
    ["2", "settle.second", () => settle("second"), true],
    ["X", "settle.rejected", () => settle("rejected")],
    ["E", "settle.third", () => form.focus()],
    ["Enter", "settle.save", () => save()],
    ["S", "key.skip", () => skip()],
  ];
}

async function show() {
  fill($("#counts"), el("span", {}, t("queue.left"), " ", el("b", {}, number(waiting.length))));
  item = waiting[0] ?? null;
  if (!item) {
    form = null;
    fill($("#disagreement"), el("div", { class: "card empty" }, el("h2", {}, t("settle.empty")), el("p", {}, t("settle.empty_lead"))));
    fill($("#keys"));
    return;
  }
  const { record, first, second } = item;
  since = performance.now();
  form = new SlotForm(record, {});
  const ink = el("div", { class: "ink-box" });
  fill($("#disagreement"),
    el("section", { class: "card" },
      el("div", { class: "where" },
        el("a", { href: `/documents/${item.document}?record=${item.record_id}` }, item.source.split("/").pop()),
        el("span", { class: `kind ${record.kind}` }, t(`kind.${record.kind}`))),
      ink),
    el("div", { class: "pair" }, reading("settle.reader_1", first, second), reading("settle.reader_2", second, first)),
    el("section", { class: "card" }, el("h2", {}, t("settle.third")), el("p", { class: "muted" }, t("settle.third_lead")), form.node));
  fill($("#keys"), keys().map(([key, words, act, primary]) => el("button", { type: "button", class: primary ? "primary" : "", "aria-keyshortcuts": key, onclick: act }, t(words), el("kbd", {}, key))));
  const { record_id: id } = item;
  try {
    const full = await get(`/records/${id}`);
    if (item?.record_id !== id) return;
    const text = new TextView(ink);
    text.show({ text: full.context.text, start: full.context.start, marks: [], current: null, sentence: full.sentence, slots: [{ start: record.start, end: record.end }] });
    text.pick([record.start, record.end]);
  } catch (error) {
    tell(error.message, "bad");
  }
}

function reading(title, held, other) {
  const { kind } = item;
  const isRecord = held.value.state !== "rejected";
  const rows = [["quote"], ...SLOTS[kind]].map(([name]) => {
    const mine = name === "quote" ? held.value.quote ?? "" : shownValue(kind, name, held.value);
    const theirs = name === "quote" ? other.value.quote ?? "" : shownValue(kind, name, other.value);
    return mine || theirs ? el("tr", {}, el("th", { scope: "row" }, t(`slot.${name}`)), el("td", { class: mine === theirs ? "" : "differs" }, mine || "–")) : null;
  });
  return el("section", { class: "card" },
    el("h2", {}, t(title), ": ", held.reviewer),
    el("p", {}, el("span", { class: `sign ${held.verdict}` }, t(`verdict.${held.verdict}`)), held.reason ? ` · ${held.reason}` : ""),
    isRecord ? el("table", {}, el("tbody", {}, rows)) : el("p", { class: "muted" }, t("settle.no_record")));
}

async function settle(choice) {
  if (!item) return;
  const { record_id: id, version } = item;
  const body = { choice, version, seconds: Math.round((performance.now() - since) / 10) / 100 };
  try {
    await post(`/disagreements/${id}`, body);
    waiting = waiting.filter((each) => each.record_id !== id);
    await show();
  } catch (error) {
    tell(error.message, "bad", 0);
    if (error.status === 409 || error.status === 404) load();
  }
}

function save() {
  if (!form?.isChanged) {
    tell(t("settle.unchanged"));
    return;
  }
  if (form.check()) settle(form.changes());
}

function skip() {
  if (waiting.length > 1) waiting.push(waiting.shift());
  show();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || !item || document.querySelector("dialog[open]")) return;
  const isField = isTyping(event.target);
  if (event.key === "Escape" && isField) event.target.blur();
  if (isField && event.key !== "Enter") return;
  if (isField && event.target.tagName === "TEXTAREA" && !event.ctrlKey) return;
  if (event.key === "Enter" && event.target.closest?.("a, button, summary")) return;
  const wanted = event.key === "Enter" || event.key === "1" || event.key === "2" ? event.key : letterOf(event);
  const found = keys().find(([key]) => key === wanted);
  if (!found) return;
  event.preventDefault();
  found[2]();
});

await load();
