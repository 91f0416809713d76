// @ts-check
/** Which page runs a search: one alone, and the others follow it. */

/** Tells the other pages of a search, by its identifier, that there is more of it; or that all are going to be deleted. */
const FORGET = 'forget';
const END_MS = 6000; // a search that is told to end does so in 4 s, or is ended
const channel = new BroadcastChannel('clear-sessions');

/** @param {string} id of a search that has grown */
export const announceGrowth = (id) => channel.postMessage(id);

const lockOf = (/** @type {string} */ id) => `search/${id}`;

/**
 * Runs a search in this page alone.
 * @param {string} id
 * @param {() => Promise<void>} run
 * @param {{wait: boolean}} options wait: until it is free, where another page is about to let it go
 * @returns {Promise<boolean>} false: another page is running it
 */
export async function runAlone(id, run, { wait }) {
  let mine = false;
  await navigator.locks.request(lockOf(id), { ifAvailable: !wait }, async (lock) => {
    mine = lock !== null;
    if (mine) await run();
  });
  return mine;
}

/** Does a page run this search? @param {string} id */
export async function isRunning(id) {
  return (await navigator.locks.query()).held?.some(({ name }) => name === lockOf(id)) ?? false;
}

/**
 * Follows a search that another page runs.
 * @param {string} id
 * @param {() => void} onGrown there is more of it
 * @returns {Promise<void>} resolves when it is not run any more
 */
export async function follow(id, onGrown) {
  const listen = (/** @type {MessageEvent} */ { data }) => { if (data === id) onGrown(); };
  channel.addEventListener('message', listen);
  try {
    await navigator.locks.request(lockOf(id), { mode: 'shared' }, () => {});
  } finally {
    channel.removeEventListener('message', listen);
  }
}

/** Ends every search, in whatever page: all are going to be deleted. */
export async function endAll() {
  channel.postMessage(FORGET);
  const running = ((await navigator.locks.query()).held ?? []).map(({ name = '' }) => name).filter((name) => name.startsWith(lockOf('')));
  const ended = running.map((name) => navigator.locks.request(name, { mode: 'shared' }, () => {}));
  await Promise.race([Promise.all(ended), new Promise((resolve) => { setTimeout(resolve, END_MS); })]);
}

/** Calls back when every search is going to be deleted: whoever runs or shows one has to let it go. @param {() => void} callback */
export function onForget(callback) {
  channel.addEventListener('message', ({ data }) => { if (data === FORGET) callback(); });
}
