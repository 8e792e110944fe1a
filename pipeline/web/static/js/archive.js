// The archivist's page: files dropped in, sent with a bar, watched while they are read, failures tried again.

import { get, post, send } from "./api.js";
import { $, el, fill } from "./dom.js";
import { tell } from "./notices.js";
import { has, language, number, t } from "./words.js";

const drop = $("#drop");
const LIMIT = Number(drop.dataset.limitMb) * 1024 * 1024;
const MOST = Number(drop.dataset.most);
const SIGNS = { waiting: "…", reading: "…", done: "✓", same: "=", failed: "✗", left_out: "–" };

// --- sending --------------------------------------------------------------------------------------------------

async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const found = [];
  const walk = async (entry) => {
    if (entry.isFile) found.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    else {
      const reader = entry.createReader();
      for (let batch; (batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length; ) for (const each of batch) await walk(each);
    }
  };
  for (const entry of entries) await walk(entry);
  return found;
}

async function sendFiles(files) {
  if (!files.length) return;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (files.length > MOST || size > LIMIT) {
    tell(t("archive.too_much", { mb: Math.ceil(size / 1048576), n: files.length }), "bad", 0);
    return;
  }
  const form = new FormData();
  for (const file of files) form.append("file", file, file.name);
  $("#sending").hidden = false;
  const bar = $("#sending-bar");
  try {
    await send("/uploads", form, (share) => {
      bar.value = share;
      fill($("#sending-words"), t("archive.sending", { n: number(files.length), share: Math.round(share * 100) }));
    });
    tell(t("archive.sent", { n: number(files.length) }), "good");
  } catch (error) {
    tell(error.message, "bad", 0);
  }
  $("#sending").hidden = true;
  await refresh();
}

$("#files").addEventListener("change", (event) => {
  sendFiles([...event.target.files]);
  event.target.value = "";
});
for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
drop.addEventListener("drop", async (event) => {
  event.preventDefault();
  sendFiles(await filesOf(event.dataTransfer));
});
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => event.preventDefault());

// --- watching -------------------------------------------------------------------------------------------------

// What went wrong and what to do: by the kind of failure in Vietnamese, with the program's own words below it.
function why(failure) {
  const kind = has(`failure.${failure.error}`) ? failure.error : "Other";
  if (language === "en") return [el("div", { class: "cause" }, failure.message), el("div", { class: "advice" }, failure.advice || t(`failure.${kind}.advice`))];
  return [
    el("div", { class: "cause" }, t(`failure.${kind}`)),
    el("div", { class: "advice" }, t(`failure.${kind}.advice`)),
    el("details", { class: "advice" }, el("summary", {}, t("failure.details")), el("span", { lang: "en" }, [failure.message, failure.advice].filter(Boolean).join(". "))),
  ];
}

function fileLine(paper) {
  const { state } = paper;
  const words = [];
  if (state === "same") words.push(t("archive.same"), " ", el("a", { href: `/documents/${paper.other}` }, paper.first));
  else if (paper.serial && state === "done") words.push(el("a", { href: `/documents/${paper.serial}` }, paper.title || t("archive.open")), paper.kind ? ` · ${t(`document_kind.${paper.kind}`)}` : "");
  else words.push(t(`archive.state_${state}`));
  const copy = paper.copy ? el("div", { class: "advice" }, t(paper.copy.kind === "part" ? "archive.part" : "archive.copy", { share: Math.round(paper.copy.similarity * 100) }), " ", el("a", { href: `/documents/${paper.copy.serial}` }, t("archive.other"))) : null;
  return el("li", {},
    el("span", { class: `sign ${state === "failed" ? "rejected" : state === "done" || state === "same" ? "accepted" : ""}`, "aria-hidden": "true" }, SIGNS[state]),
    el("div", {}, el("strong", {}, paper.name), " ", words,
      state === "failed" ? el("div", {}, why(paper)) : null, copy));
}

function batchCard(batch) {
  const papers = batch.files.flatMap((file) => file.documents);
  const running = batch.state === "waiting" || batch.state === "reading";
  return el("section", { class: "card" },
    el("h3", {}, `${batch.received_at.slice(0, 16).replace("T", " ")} · ${batch.user} · `, t(`archive.batch_${batch.state}`)),
    running ? el("progress", { max: String(Math.max(1, batch.met)), value: batch.settled || undefined, "aria-label": t("archive.reading_label") }) : null,
    running ? el("p", { class: "muted" }, t("archive.progress", { n: batch.settled, all: batch.met })) : null,
    batch.message ? el("p", { class: "notice bad" }, batch.message) : null,
    el("ul", { class: "files" }, papers.map(fileLine)));
}

function failureLine(failure) {
  const name = failure.source.split("/").pop();
  return el("li", {},
    el("span", { class: "sign rejected", "aria-hidden": "true" }, "✗"),
    el("div", {},
      el("strong", {}, failure.document ? el("a", { href: `/documents/${failure.document}` }, name) : name),
      why(failure),
      failure.is_waiting
        ? el("span", { class: "muted" }, t("archive.retrying"))
        : el("button", { type: "button", class: "quiet", onclick: () => retry(failure.id) }, t("archive.retry"))));
}

async function retry(id) {
  try {
    await post(`/failures/${encodeURI(id)}/retry`);
  } catch (error) {
    tell(error.message, "bad");
  }
  await refresh();
}

let timer = 0;
let drawn = "";
async function refresh() {
  clearTimeout(timer);
  let busy = false;
  try {
    const [{ uploads }, { failures }] = await Promise.all([get("/uploads"), get("/failures")]);
    busy = uploads.some((batch) => batch.state === "waiting" || batch.state === "reading") || failures.some((failure) => failure.is_waiting);
    const now = JSON.stringify([uploads, failures]);
    if (now !== drawn) {
      drawn = now;
      fill($("#batches"), uploads.length ? uploads.map(batchCard) : el("p", { class: "muted" }, t("archive.no_batches")));
      fill($("#failure-list"), failures.length
        ? [el("button", { type: "button", onclick: () => retry("all") }, t("archive.retry_all", { n: failures.length })), el("ul", { class: "files" }, failures.map(failureLine))]
        : el("p", { class: "muted" }, t("archive.no_failures")));
    }
  } catch (error) {
    tell(error.message, "bad");
  }
  timer = setTimeout(refresh, busy ? 1000 : 8000);
}

await refresh();
