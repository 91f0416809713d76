// @ts-check
/**
 * A page that nobody sees (Chrome's offscreen document): it keeps an engine warm from one popup to the next, for a while.
 * One page at a time borrows the engine (connection.js); the exchange brings that page's port.
 */
import * as Comlink from '../vendor/js/comlink.mjs';
import { whenGone } from '../lib/lifeline.js';
import { EngineWorker } from './engine-worker.js';
import { LEASE, channel } from './warm.js';

const IDLE_MS = 5 * 60_000; // then its 200 MB are worth more than the second that a new start takes
const LOOK_MS = 30_000;

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

const exchange = new SharedWorker(new URL('exchange.js', import.meta.url));
exchange.port.onmessage = (/** @type {MessageEvent} */ { ports: [port] }) => {
  const { name, worker } = engine();
  channel.postMessage({ lent: name });
  worker.serve(port, LEASE);
};
exchange.port.postMessage('host');
channel.onmessage = ({ data }) => { if ('end' in data && running) end(data.end ?? running.name, 'the engine was stopped'); };

// The click that opened this page tells which network will be asked for. A failure will be the search's.
const model = new URLSearchParams(location.search).get('model');
if (model) void engine().remote.boot(model).catch(() => {});

let lastUse = performance.now();
setInterval(() => navigator.locks.request(LEASE, { ifAvailable: true }, (free) => {
  if (!free) lastUse = performance.now();
  if (performance.now() - lastUse < IDLE_MS) return;
  exchange.port.postMessage('host is closing');
  close();
  return new Promise(() => {}); // nobody borrows what is about to go
}), LOOK_MS);
