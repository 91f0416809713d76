// @ts-check
/** Which page runs a search: one alone, and the others follow it. */

const END_MS = 6000; // a search that is told to end does so in 4 s, or is ended
/**
 * Tells the other pages that there is more of a search, or that searches are going to be deleted.
 * @typedef {{grown: string} | {forgotten: string}} Word   an identifier; what identifiers end in
 */
/** @type {BroadcastChannel & {postMessage(word: Word): void}} */
const channel = new BroadcastChannel('clear-sessions');

/** @param {string} id of a search that has grown */
export const announceGrowth = (id) => channel.postMessage({ grown: id });

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

/** Identifiers of the searches that some page runs. @returns {Promise<string[]>} */
export async function runningNow() {
  const names = ((await navigator.locks.query()).held ?? []).map(({ name = '' }) => name);
  return names.filter((name) => name.startsWith(lockOf(''))).map((name) => name.slice(lockOf('').length));
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

/** Ends searches, in whatever page: they are going to be deleted. @param {string} ending of their identifiers; '' for all */
export async function endAll(ending) {
  channel.postMessage({ forgotten: ending });
  const ended = (await runningNow()).filter((id) => id.endsWith(ending)).map((id) => navigator.locks.request(lockOf(id), { mode: 'shared' }, () => {}));
  await Promise.race([Promise.all(ended), new Promise((resolve) => { setTimeout(resolve, END_MS); })]);
}

/** Calls back when another page deletes searches: whoever runs or shows one has to let it go. @param {(ending: string) => void} callback */
export function onForget(callback) {
  channel.addEventListener('message', ({ data }) => { if (data.forgotten !== undefined) callback(data.forgotten); });
}
