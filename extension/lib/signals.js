// @ts-check
/**
 * How the background tells the popup and its tabs about a clicked picture. `storage.session` outlives the service worker
 * but not the browser: exactly the life of a click.
 */
import { api } from './browser.js';

/** @typedef {import('../types').Signal} Signal */

const currentKey = (/** @type {number} */ windowId) => `current/${windowId}`;
const signalKey = (/** @type {string} */ id) => `signal/${id}`;
const pickKey = (/** @type {number} */ tabId) => `pick/${tabId}`;

/** The search that the popup of a window shows. @param {number} windowId @returns {Promise<string | undefined>} */
export async function currentSession(windowId) {
  const key = currentKey(windowId);
  return /** @type {string | undefined} */ ((await api.storage.session.get(key))[key]);
}

/** @param {number} windowId @param {string | null} id null: none, show the start page */
export async function setCurrentSession(windowId, id) {
  const key = currentKey(windowId);
  await (id ? api.storage.session.set({ [key]: id }) : api.storage.session.remove(key));
}

/** A picture was clicked: both facts in one write. @param {number} windowId @param {string} id */
export async function announceCapture(windowId, id) {
  await api.storage.session.set({ [currentKey(windowId)]: id, [signalKey(id)]: { state: 'capturing', since: Date.now() } });
}

/** @param {string} id @param {Signal} signal */
export const sendSignal = (id, signal) => api.storage.session.set({ [signalKey(id)]: signal });

/** @param {string} id @returns {Promise<Signal | undefined>} */
export async function getSignal(id) {
  const key = signalKey(id);
  return /** @type {Signal | undefined} */ ((await api.storage.session.get(key))[key]);
}

/** Forgets everything that was told about searches of private windows. */
export async function forgetPrivateSignals() {
  const all = Object.entries(await api.storage.session.get(null));
  await api.storage.session.remove(all.filter((entry) => entry.some((part) => String(part).endsWith('-private'))).map(([key]) => key));
}

/**
 * Calls back when a window gets another search, or a signal about a search arrives.
 * @param {{ onCurrent: (windowId: number, id: string) => void, onSignal: (id: string, signal: Signal) => void }} listener
 */
export function listen({ onCurrent, onSignal }) {
  api.storage.session.onChanged.addListener((changes) => {
    for (const [key, { newValue }] of Object.entries(changes)) {
      const [kind, name] = key.split('/');
      if (newValue === undefined) continue;
      if (kind === 'current') onCurrent(Number(name), /** @type {string} */ (newValue));
      if (kind === 'signal') onSignal(name, /** @type {Signal} */ (newValue));
    }
  });
}

/** Asks the background to let the user pick something on a tab: this popup is going to close. @param {chrome.tabs.Tab} tab */
export const wantPick = (tab) => api.runtime.sendMessage({ pick: tab });

/** A page waits for the user to pick something. @param {number} tabId */
export const announcePick = (tabId) => api.storage.session.set({ [pickKey(tabId)]: true });

/**
 * Calls back in the background when the popup wants a pick, and when something was picked.
 * @param {{
 *   onWanted: (tab: chrome.tabs.Tab) => Promise<void>,
 *   onPicked: (answer: import('../types').PageCapture, tab: chrome.tabs.Tab) => Promise<void>,
 * }} listener
 */
export function listenForPicks({ onWanted, onPicked }) {
  const taking = new Set();
  api.runtime.onMessage.addListener((message, sender) => {
    if (sender.id !== api.runtime.id) return;
    if (message?.pick && sender.url?.startsWith(api.runtime.getURL(''))) void onWanted(message.pick);
    // A page's process could lie; it is believed once, and only when it was asked.
    if (message?.picked && sender.tab?.id !== undefined) void take(message.picked, sender.tab, pickKey(sender.tab.id));
  });

  /** @param {import('../types').PageCapture} answer @param {chrome.tabs.Tab} tab @param {string} key */
  async function take(answer, tab, key) {
    if (taking.has(key)) return; // the second of two that came together
    taking.add(key);
    try {
      const asked = (await api.storage.session.get(key))[key];
      await api.storage.session.remove(key);
      if (asked) await onPicked(answer, tab);
    } finally {
      taking.delete(key);
    }
  }
}
