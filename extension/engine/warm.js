// @ts-check
/** What the host of the warm engine (host.js) and the pages that borrow it (connection.js) agree upon. */

/** Lock of the page that has borrowed the engine. */
export const LEASE = 'engine-lease';
/**
 * To the host: the engine of that name (null: whichever there is) hangs; a search may begin, its page is on the way. From the
 * host: this engine is what the page with the lease has got; this one died.
 * @typedef {{end: string | null} | {begin: import('../types').SearchRequest} | {lent: string} | {died: string, message: string}} Word
 */
export const CHANNEL = 'clear-engine';
export const channel = new BroadcastChannel(CHANNEL);
