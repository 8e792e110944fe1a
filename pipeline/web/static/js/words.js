// The words of the pages in the language of the visit, the same table that the server uses.

const root = document.documentElement;
const version = root.dataset.static.split("/").pop();
const words = await (await fetch(`/words/${version}/${root.lang}.json`)).json();

export const language = root.lang;

export function t(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function has(key) {
  return key in words;
}

const numbers = new Intl.NumberFormat(language === "vi" ? "vi-VN" : "en");
export const number = (value) => numbers.format(value);

export function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return t("time.seconds", { n: Math.max(0, Math.round(seconds)) });
  if (minutes < 90) return t("time.minutes", { n: minutes });
  return t("time.hours", { n: number(Math.round(minutes / 6) / 10) });
}
