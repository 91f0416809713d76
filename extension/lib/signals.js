// @ts-check
/**
 * How the background tells the popup and its tabs about a clicked picture. `storage.session` outlives the service worker
 * but not the browser: exactly the life of a click.
 */
import { api } from './browser.js';

/** @typedef {import('../types').Signal} Signal */

const currentKey = (/** @type {number} */ windowId) => `current/${windowId}`;
const signalKey = (/** @type {string} */ id) => `signal/${id}`;

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
  await api.storage.session.set({ [currentKey(windowId)]: id, [signalKey(id)]: { state: 'capturing', problem: null } });
}

/** @param {string} id @param {Signal} signal */
export const sendSignal = (id, signal) => api.storage.session.set({ [signalKey(id)]: signal });

/** @param {string} id @returns {Promise<Signal | undefined>} */
export async function getSignal(id) {
  const key = signalKey(id);
  return /** @type {Signal | undefined} */ ((await api.storage.session.get(key))[key]);
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

/** Calls back in the background when the popup asks for it. @param {(tab: chrome.tabs.Tab) => void} listener */
export function onPickWanted(listener) {
  api.runtime.onMessage.addListener((message, sender) => {
    // Pages of ours only: a content script shares its process, and so its name, with the page it runs in.
    if (message?.pick && sender.id === api.runtime.id && sender.url?.startsWith(api.runtime.getURL(''))) void listener(message.pick);
  });
}
