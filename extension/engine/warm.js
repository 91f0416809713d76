// @ts-check
/** What the host of the warm engine (host.js) and the pages that borrow it (connection.js) agree upon. */

/** Lock of the page that has borrowed the engine. */
export const LEASE = 'engine-lease';
/**
 * To the host: the engine of that name (null: whichever there is) hangs. From the host: this engine is what the page with
 * the lease has got; this one died.
 * @typedef {{end: string | null} | {lent: string} | {died: string, message: string}} Word
 */
export const channel = new BroadcastChannel('clear-engine');
