// The list of a person's own links, newest first, and what can be done with each.

import { announce, show } from "./telling.js";
import { showStatistics } from "./statistics.js";

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const STATES = { active: "Active", disabled: "Disabled", expired: "Expired" };

export class LinkList {
  #api;
  #list = document.getElementById("links");
  #none = document.getElementById("no-links");
  #more = document.getElementById("more");
  #nextToken = null;

  constructor(api) {
    this.#api = api;
    this.#more.addEventListener("click", () => this.#appendPage(true));
  }

  /** Reads the first page anew. */
  async load() {
    this.#nextToken = null;
    this.#list.replaceChildren();
    await this.#appendPage(false);
  }

  /** A link that was just made. */
  add(link) {
    this.#list.prepend(this.#entry(link));
    this.#settle();
  }

  async #appendPage(moveFocus) {
    const { links, nextToken = null } = await this.#api.list(this.#nextToken);
    this.#nextToken = nextToken;
    const entries = links.map((link) => this.#entry(link));
    this.#list.append(...entries);
    this.#settle();
    if (moveFocus) entries[0]?.querySelector("a").focus();
  }

  #settle() {
    this.#none.hidden = this.#list.childElementCount > 0;
    this.#more.hidden = this.#nextToken === null;
  }

  #entry(link) {
    const entry = document.getElementById("link").content.firstElementChild.cloneNode(true);
    const does = {
      copy: () => copy(link, entry),
      statistics: () => this.#toggleStatistics(link, entry),
      toggle: () => this.#toggle(link, entry),
      delete: () => this.#delete(link, entry),
    };
    for (const button of entry.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this.#attempt(entry, button, does[button.dataset.do]));
    }
    fill(entry, link);
    return entry;
  }

  async #attempt(entry, button, action) {
    const place = entry.querySelector(".error");
    show(place, "");
    button.disabled = true;
    try {
      await action();
    } catch (failure) {
      show(place, failure.message);
    } finally {
      const hadFocus = document.activeElement === document.body;
      button.disabled = false;
      // A disabled button loses the focus.
      if (hadFocus && button.isConnected) button.focus();
    }
  }

  async #toggle(link, entry) {
    const state = link.state === "disabled" ? "active" : "disabled";
    Object.assign(link, await this.#api.change(link.code, { state }));
    fill(entry, link);
    announce(state === "disabled" ? `${link.code} is disabled.` : `${link.code} works again.`);
  }

  async #delete(link, entry) {
    if (!(await isSure(link.code))) return;
    await this.#api.delete(link.code);
    const next = entry.nextElementSibling ?? entry.previousElementSibling;
    entry.remove();
    this.#settle();
    (next?.querySelector("a") ?? document.getElementById("links-title")).focus();
    announce(`${link.code} is deleted.`);
  }

  async #toggleStatistics(link, entry) {
    const button = entry.querySelector("[data-do=statistics]");
    const place = entry.querySelector(".statistics");
    if (!place.hidden) {
      place.hidden = true;
    } else {
      const report = await this.#api.statistics(link.code);
      showStatistics(place, report);
      place.hidden = false;
      announce(`${link.code} has ${report.total} clicks.`);
    }
    button.setAttribute("aria-expanded", String(!place.hidden));
  }
}

function fill(entry, link) {
  const short = entry.querySelector(".short");
  short.href = link.shortUrl;
  short.textContent = link.shortUrl.replace(/^https?:\/\//, "");
  entry.querySelector(".state").textContent = STATES[link.state] ?? link.state;
  entry.classList.toggle("is-off", link.state !== "active");
  entry.querySelector(".target").textContent = link.url;
  entry.querySelector(".facts").textContent = facts(link);
  entry.querySelector(".tags").replaceChildren(...link.tags.map((tag) => {
    const item = document.createElement("li");
    item.textContent = tag;
    return item;
  }));
  const toggle = entry.querySelector("[data-do=toggle]");
  toggle.textContent = link.state === "disabled" ? "Enable" : "Disable";
  for (const button of entry.querySelectorAll("[data-do]")) {
    button.setAttribute("aria-label", `${button.textContent} ${link.code}`);
  }
}

function facts(link) {
  const made = `Made ${DAY.format(new Date(link.createdAt))}`;
  if (link.expiresAt === null) return made;
  const expires = new Date(link.expiresAt);
  return `${made} · ${expires > new Date() ? "expires" : "expired"} ${MOMENT.format(expires)}`;
}

async function copy(link, entry) {
  await navigator.clipboard.writeText(link.shortUrl).catch(() => {
    throw new Error(`The browser does not let this page copy. Copy it yourself: ${link.shortUrl}`);
  });
  announce(`${link.shortUrl} is copied.`);
  const button = entry.querySelector("[data-do=copy]");
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

function isSure(code) {
  const dialog = document.getElementById("confirm");
  document.getElementById("confirm-code").textContent = code;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "delete"), { once: true });
  });
}
