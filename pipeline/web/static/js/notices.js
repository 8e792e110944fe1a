// Short words at the edge of the page, read out by screen readers, gone after a while.

import { el } from "./dom.js";

export function tell(words, kind = "", seconds = 6) {
  const node = el("p", { class: `notice ${kind}` }, words);
  document.getElementById("notices").append(node);
  if (seconds) setTimeout(() => node.remove(), seconds * 1000);
  return node;
}
