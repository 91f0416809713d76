// @ts-check
/**
 * Is the graphics card faster than the processor? Tried out once for each network, with three pictures on either, when a
 * search has ended; the verdict is kept, and holds as long as the card and the browser stay the same.
 */
import { createStore, get, set } from '../vendor/js/idb-keyval.mjs';
import { Extractor } from './extractor.js';

/** @typedef {import('../types').Network} Network */
/** @typedef {{card: string, faster: boolean, alike: boolean, ms: {card: number, processor: number}}} Verdict   ms: for all pictures together */

const PICTURES = 3;
/** Cosine between what card and processor say of a picture. They round differently (0.999 is usual), and must not mean different things. */
const ALIKE = 0.99;

const store = createStore('clear-graphics-card', 'verdicts');

/** What a verdict is about. @returns {Promise<string | null>} null: there is no card that the library can use */
async function card() {
  const { gpu } = /** @type {{gpu?: {requestAdapter(): Promise<{info: Record<string, string>} | null>}}} */ (navigator);
  if (!gpu || !('Suspending' in WebAssembly)) return null;
  const adapter = await gpu.requestAdapter();
  return adapter && [adapter.info.vendor, adapter.info.architecture, adapter.info.device, navigator.userAgent].join(' ');
}

/** The verdict, if there is one. @param {string} identity of the network */
export async function cardIsFaster(identity) {
  const verdict = /** @type {Verdict | undefined} */ (await get(identity, store).catch(() => undefined)); // Firefox's private windows have no store
  return Boolean(verdict?.faster) && verdict?.card === await card();
}

/** A picture with something in it. @param {number} seed @returns {import('./extractor.js').Fill} */
const pattern = (seed) => (pixels) => {
  for (let i = 0; i < pixels.length; i++) pixels[i] = 128 + 127 * Math.sin((i / 3) * 0.01 * (seed + 1) + (i % 3) * seed);
};

/** @param {Float32Array} a @param {Float32Array} b */
function cosine(a, b) {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i] * b[i];
    aa += a[i] ** 2;
    bb += b[i] ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/**
 * Reaches the verdict, if there is none yet.
 * @param {string} identity
 * @param {{network: Network, beside: Network | null}} networks
 * @param {Extractor} processor has nothing else to do
 * @param {() => boolean} disturbed has it got something to do meanwhile? Then there is no verdict this time.
 */
export async function tryCard(identity, { network, beside }, processor, disturbed) {
  const name = await card();
  if (!name || /** @type {Verdict | undefined} */ (await get(identity, store))?.card === name) return;
  const onCard = new Extractor(network, beside, { size: 1, accelerator: 'webgpu' });
  /** @type {Verdict} */
  const verdict = { card: name, faster: false, alike: false, ms: { card: 0, processor: 0 } };
  try {
    await onCard.extract(pattern(0)); // its programs are compiled for the first picture
    const cosines = [];
    for (let i = 1; i <= PICTURES; i++) {
      const begin = performance.now();
      const { embedding } = await processor.extract(pattern(i));
      const between = performance.now();
      const { embedding: other } = await onCard.extract(pattern(i));
      verdict.ms.processor += between - begin;
      verdict.ms.card += performance.now() - between;
      cosines.push(cosine(embedding, other));
    }
    verdict.alike = Math.min(...cosines) >= ALIKE;
    verdict.faster = verdict.alike && verdict.ms.card < verdict.ms.processor;
  } catch { // the card cannot run this network
  } finally {
    onCard.close();
  }
  if (!disturbed()) await set(identity, verdict, store);
}
