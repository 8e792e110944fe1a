// Calls the JSON API. A refusal becomes a `Refusal` with its status; status 0 means that no answer came.

import { t } from "./words.js";

let csrf = document.querySelector('meta[name="csrf"]').content;
export const API = "/api/v1";

export class Refusal extends Error {
  constructor(status, code, message, data) {
    super(message);
    this.status = status;
    this.code = code;
    this.data = data;
  }

  // No answer, or a server that is busy or starting: the same request may well succeed a little later.
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

// After a new log-in in another tab the token of this page is stale: the new one is asked for.
async function renewToken() {
  try {
    const response = await fetch(`${API}/me`, { headers: { accept: "application/json" } });
    const told = response.ok ? await response.json() : {};
    if (!told.csrf || told.csrf === csrf || told.name !== document.body.dataset.user) return false;
    csrf = told.csrf;
    return true;
  } catch {
    return false;
  }
}

export async function call(method, path, body, options = {}) {
  const { signal } = options;
  const headers = { accept: "application/json" };
  if (method !== "GET") headers["x-csrf-token"] = csrf;
  if (body !== undefined) headers["content-type"] = "application/json";
  let response;
  try {
    response = await fetch(API + path, { method, headers, signal, keepalive: options.keepalive ?? false, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, "offline", t("error.offline"), null);
  }
  let data = null;
  try {
    data = await response.json();
  } catch {
    data = null;
  }
  if (response.ok && data !== null) return data;
  if (response.status === 403 && method !== "GET" && !options.isSecond && (await renewToken())) {
    return call(method, path, body, { ...options, isSecond: true });
  }
  const told = data?.error ?? {};
  throw new Refusal(response.ok ? 0 : response.status, told.code ?? "http", told.message ?? t("error.500"), data);
}

export const get = (path, options) => call("GET", path, undefined, options);
export const post = (path, body = {}, options) => call("POST", path, body, options);

// Files go by XMLHttpRequest, which alone tells how much has been sent.
export function send(path, form, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", API + path);
    request.setRequestHeader("x-csrf-token", csrf);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total));
    request.addEventListener("load", () => {
      const told = request.response?.error ?? {};
      if (request.status < 300) resolve(request.response);
      else reject(new Refusal(request.status, told.code ?? "http", told.message ?? t("error.500"), request.response));
    });
    request.addEventListener("error", () => reject(new Refusal(0, "offline", t("error.offline"), null)));
    request.send(form);
  });
}
