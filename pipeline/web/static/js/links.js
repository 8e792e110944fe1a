// Sources of one decision, or mentions of one recipient: J and K walk, A says that it belongs here, X that it does not.

import { post } from "./api.js";
import { isTyping } from "./dom.js";
import { tell } from "./notices.js";
import { letterOf } from "./shell.js";

const places = [...document.querySelectorAll("[data-link]")];

async function judge(place, verdict) {
  try {
    const { now } = await post(place.dataset.link, { verdict });
    const list = location.pathname.split("/")[1];
    const own = location.pathname.split("/")[2];
    location.assign(verdict === "accepted" && now && now !== own ? `/${list}/${now}` : location.pathname);
  } catch (error) {
    tell(error.message, "bad", 0);
    if (error.status === 404 || error.status === 409) location.reload();
  }
}

async function undo(review) {
  try {
    await post(`/links/${review}/undo`);
    location.reload();
  } catch (error) {
    tell(error.message, "bad", 0);
  }
}

function walk(step) {
  const at = places.indexOf(document.activeElement?.closest("[data-link]"));
  const next = places[Math.min(places.length - 1, Math.max(0, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const { verdict, undo: review } = event.target.closest("button")?.dataset ?? {};
  if (verdict) judge(event.target.closest("[data-link]"), verdict);
  if (review) undo(review);
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const letter = letterOf(event);
  const place = document.activeElement?.closest("[data-link]");
  if (letter === "J" || letter === "K") walk(letter === "J" ? 1 : -1);
  else if (place && (letter === "A" || letter === "X") && place.querySelector("[data-verdict]")) judge(place, letter === "A" ? "accepted" : "rejected");
  else return;
  event.preventDefault();
});
