// What every page has: the help with its keys, single keys on or off, time of day in the words of the reader.

import { $, el, isTyping } from "./dom.js";
import { t } from "./words.js";

const SINGLE = "sovang-single-keys";

export function hasSingleKeys() {
  return localStorage.getItem(SINGLE) !== "off";
}

// The letter of a key, by its place on the keyboard where an input method has taken the letter itself. Without single
// keys, Alt has to be held.
export function letterOf(event) {
  if (event.ctrlKey || event.metaKey || (hasSingleKeys() ? event.altKey : !event.altKey)) return "";
  if (/^Key[A-Z]$/.test(event.code)) return event.code.slice(3);
  return /^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : "";
}

const KEYS = [
  ["Enter", "help.enter"], ["A", "key.accept"], ["E", "key.correct"], ["X", "key.reject"], ["S", "key.skip"], ["U", "key.undo"],
  ["N", "key.add"], ["T", "key.mend"], ["D", "key.next_document"], ["G", "key.note"], ["M", "three.take"],
  ["Shift + ← →", "help.end"], ["Ctrl + Shift + ← →", "help.start"], ["+  −", "help.zoom"], ["J  K", "help.move"], ["Esc", "help.leave"], ["?", "help.title"],
];

function helpDialog() {
  const single = el("input", { type: "checkbox", checked: hasSingleKeys(), onchange: (event) => localStorage.setItem(SINGLE, event.target.checked ? "on" : "off") });
  const dialog = el("dialog", { id: "help", "aria-labelledby": "help-title" },
    el("h2", { id: "help-title" }, t("help.title")),
    el("p", { class: "muted" }, t("help.lead")),
    el("dl", { class: "key-list" }, KEYS.map(([key, words]) => el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, t(words))))),
    el("h3", {}, t("help.dates")), el("p", { class: "muted" }, t("help.dates_lead")),
    el("h3", {}, t("help.marks")),
    el("p", { class: "legend" }, ["dates", "provinces", "figures", "awards", "document_facts"].map((kind) => el("span", { class: `kind ${kind}` }, t(`kind.${kind}`)))),
    el("label", { class: "check" }, single, t("help.single")),
    el("div", { class: "actions" }, el("button", { type: "button", class: "primary", onclick: () => dialog.close() }, t("help.close"), " ", el("kbd", {}, "Esc"))));
  document.body.append(dialog);
  return dialog;
}

let dialog = null;
function openHelp() {
  dialog ??= helpDialog();
  if (!dialog.open) dialog.showModal();
}

$("#help-button")?.addEventListener("click", openHelp);
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  openHelp();
});

