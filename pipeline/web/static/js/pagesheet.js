// The picture of the page beside the text, scrolled to the ink of the record, in any size.

import { add, el, fill } from "./dom.js";
import { API } from "./api.js";
import { t } from "./words.js";

const STEPS = [0.6, 0.8, 1, 1.3, 1.7, 2.2, 3];

export function pageAddress(serial, page, dpi = 150) {
  return `${API}/documents/${serial}/pages/${page}.png?dpi=${dpi}`;
}

// Lets the browser fetch a page before it is looked at.
export function preloadPages(item) {
  if (!item.has_images) return;
  for (const page of new Set(item.boxes.map((box) => box[0]))) new Image().src = pageAddress(item.document.serial, page);
}

export class PageSheet {
  constructor(place) {
    this.place = place;
    this.step = 2;
    this.key = "";
    this.image = el("img", { alt: "", draggable: "false" });
    this.image.addEventListener("load", () => this._scroll());
    this.image.addEventListener("error", () => this.image.src && fill(this.problem, t("page.missing")));
    this.problem = el("span", { class: "hint bad" });
    this.boxes = el("div");
    this.paper = el("div", { class: "paper" }, this.image, this.boxes);
    this.window = el("div", { class: "window", tabindex: "0", role: "group", "aria-label": t("page.label") }, this.paper);
    this.caption = el("span");
    this.figure = el("figure", { class: "sheet" },
      el("figcaption", {}, this.caption, this.problem, el("span", { class: "zoom" },
        el("button", { type: "button", class: "quiet", title: t("page.smaller"), "aria-label": t("page.smaller"), onclick: () => this.zoom(-1) }, "−", el("kbd", {}, "-")),
        el("button", { type: "button", class: "quiet", title: t("page.larger"), "aria-label": t("page.larger"), onclick: () => this.zoom(1) }, "+", el("kbd", {}, "+")))),
      this.window);
    this.figure.hidden = true;
    place.append(this.figure);
  }

  show(item) {
    this.figure.hidden = !item.has_images || !item.boxes.length;
    this.place.parentElement.classList.toggle("side", !this.figure.hidden);
    if (this.figure.hidden) return;
    const number = item.boxes[0][0];
    const page = item.pages.find((each) => each.number === number);
    const key = `${item.document.serial}/${number}`;
    fill(this.caption, t("page.of", { n: number, all: item.document.pages ?? number }));
    fill(this.boxes);
    for (const [on, x0, y0, x1, y1] of item.boxes) {
      if (on !== number || !page) continue;
      const box = el("div", { class: "box" });
      const pad = page.height * 0.003;
      box.style.left = `${(100 * (x0 - pad)) / page.width}%`;
      box.style.top = `${(100 * (y0 - pad)) / page.height}%`;
      box.style.width = `${(100 * (x1 - x0 + 2 * pad)) / page.width}%`;
      box.style.height = `${(100 * (y1 - y0 + 2 * pad)) / page.height}%`;
      add(this.boxes, box);
    }
    if (key !== this.key) {
      this.key = key;
      fill(this.problem);
      if (page) this.image.style.aspectRatio = `${page.width} / ${page.height}`;
      this.image.alt = t("page.of", { n: number, all: item.document.pages ?? number });
      this.image.src = pageAddress(item.document.serial, number);
    }
    this._size();
    this._scroll();
  }

  zoom(direction) {
    this.step = Math.min(STEPS.length - 1, Math.max(0, this.step + direction));
    this._size();
    this._scroll();
  }

  _size() {
    this.paper.style.width = `${100 * STEPS[this.step]}%`;
  }

  _scroll() {
    const box = this.boxes.firstElementChild;
    if (!box) return;
    this.window.scrollTop = box.offsetTop - this.window.clientHeight / 3;
    this.window.scrollLeft = box.offsetLeft - this.window.clientWidth / 3;
  }
}
