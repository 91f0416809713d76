// @ts-check
/**
 * Keeps an engine warm from one popup to the next, for a while, in a page that nobody sees: Chrome's offscreen document
 * (host-page.js), Firefox's background. One page at a time borrows the engine (connection.js); the exchange brings that
 * page's port.
 */
import * as Comlink from '../vendor/js/comlink.mjs';
import { stayAwake } from '../lib/browser.js';
import { whenGone } from '../lib/lifeline.js';
import { EngineWorker } from './engine-worker.js';
import { LEASE, channel } from './warm.js';

const IDLE_MS = 5 * 60_000; // then its 200 MB are worth more than the second that a new start takes
const LOOK_MS = 20_000; // Firefox sends its background to sleep after 30 s

/** @typedef {{name: string, worker: EngineWorker, remote: Comlink.Remote<import('../types').Engine>}} Running */

/** @type {Running | null} */
let running = null;

/** @param {string} name @param {string} message */
function end(name, message) {
  if (running?.name !== name) return;
  channel.postMessage({ died: name, message }); // first: the page hears of the end by the lifeline, too, but not why
  running.worker.terminate();
  running = null;
}

/** @returns {Running} */
function engine() {
  if (running) return running;
  const name = `engine/${crypto.randomUUID()}`;
  const worker = new EngineWorker((message) => end(name, message), name);
  const { port1, port2 } = new MessageChannel();
  worker.serve(port2, null);
  /** @type {Running} */
  const started = { name, worker, remote: Comlink.wrap(port1) };
  void started.remote.alive().then(whenGone).then(() => end(name, 'the engine stopped'));
  running = started;
  return started;
}

/** @type {{port: MessagePort, look: ReturnType<typeof setInterval>} | null} */
let open = null;
let lastUse = 0;

/** Lends the engine to pages until nobody has wanted it for a while. @param {() => unknown} onIdle the lease is free when what it gives is settled */
function openHost(onIdle) {
  const { port } = new SharedWorker(new URL('exchange.js', import.meta.url));
  port.onmessage = ({ ports: [page] }) => {
    const { name, worker } = engine();
    channel.postMessage({ lent: name });
    worker.serve(page, LEASE);
  };
  port.postMessage('host');
  const look = setInterval(() => navigator.locks.request(LEASE, { ifAvailable: true }, (free) => {
    if (!free) lastUse = performance.now();
    if (performance.now() - lastUse < IDLE_MS) return stayAwake();
    closeHost();
    return onIdle();
  }), LOOK_MS);
  return { port, look };
}

function closeHost() {
  open?.port.postMessage('host is closing');
  clearInterval(open?.look);
  open = null;
  if (running) end(running.name, 'nobody needed the engine');
}

/** Nobody may have borrowed the engine. (Who asks for the lease to find out has it, for a moment.) @param {import('../types').SearchRequest} request */
async function begin(request) {
  const { held } = await navigator.locks.query();
  if (open && !held?.some(({ name }) => name === LEASE)) await engine().remote.begin(request);
}

channel.addEventListener('message', (/** @type {MessageEvent<import('./warm.js').Word>} */ { data }) => {
  if ('begin' in data) void begin(data.begin).catch(() => {});
  if ('end' in data && running) end(data.end ?? running.name, 'the engine was stopped');
});
addEventListener('pagehide', closeHost);

/**
 * From now on this page has an engine to lend.
 * @param {string | null} model to be made ready at once; a failure will be the search's
 * @param {() => unknown} [onIdle] nobody has wanted the engine for a while, and it is gone
 */
export function hostEngine(model, onIdle = () => {}) {
  lastUse = performance.now();
  open ??= openHost(onIdle);
  if (model) void engine().remote.boot(model).catch(() => {});
}
