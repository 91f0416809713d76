/**
 * Ours and theirs side by side, in one page of the extension. Every function gives raw milliseconds; what is compared is
 * interleaved, because a shared machine is faster now and slower then.
 */
import * as Comlink from '../vendor/js/comlink.mjs';
import { EngineWorker, ModelWorkers } from '../engine/engine-worker.js';
import { Extractor } from '../engine/extractor.js';
import { choose, DEFAULT as MODEL } from '../engine/networks.js';

const here = (path) => new URL(path, import.meta.url);

/** Resolves with the first message of a worker. Rejects when it says {error}. */
const answer = (worker) => new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => (data.error === undefined ? resolve(data) : reject(new Error(data.error)));
  worker.onerror = (event) => reject(new Error(event.message || 'the worker stopped'));
});

const timed = async (run) => {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
};

// -- boot

/** The shipped engine, from nothing until Python has imported the core and the model has looked at a picture. */
async function bootOurs() {
  const { worker, engine } = engineWorker();
  await engine.ready(MODEL);
  worker.terminate();
}

async function bootStock() {
  const worker = new Worker(here('stock-worker.js'), { type: 'module' });
  await answer(worker);
  worker.terminate();
}

async function boot(pairs) {
  const times = { ours: [], stock: [] };
  for (let i = 0; i < pairs; i++) {
    times.ours.push(await timed(bootOurs));
    times.stock.push(await timed(bootStock));
  }
  return times;
}

/** The shipped engine, with what the benchmark asks of it besides (bench-worker-end.js). */
function engineWorker() {
  const worker = new EngineWorker((message) => console.error(`the engine stopped: ${message}`), undefined, 'bench-worker.js');
  const { port1, port2 } = new MessageChannel();
  worker.serve(port2, null);
  return { worker, engine: Comlink.wrap(port1) };
}

// -- a picture

// Here the pool runs in the page itself, which so asks itself for workers.
const workers = new ModelWorkers((report, transfer) => postMessage(report, { transfer }));
addEventListener('message', ({ data }) => { if ('open' in data || 'close' in data || 'to' in data) workers.take(data); });

/** The shipped pool, with so many workers. */
async function extractor(size) {
  const { network, beside } = await choose(MODEL);
  return new Extractor(network, beside, { size });
}

let nextId = 1;
const ask = (worker, message) => {
  worker.postMessage({ id: nextId++, ...message });
  return answer(worker).then((data) => {
    if (!data.finite) throw new Error('the network gave no numbers');
  });
};

async function tfWorker(backend) {
  const worker = new Worker(here('tfjs-worker.js'));
  worker.postMessage({ backend });
  const { runsOn } = await answer(worker);
  return Object.assign(worker, { runsOn });
}

async function litertWorker(model) {
  const worker = new Worker(here('litert-worker.js'));
  worker.postMessage({ model: here(model).href });
  await answer(worker);
  return worker;
}

/** A picture of noise in the size of Flickr's thumbnails. */
function photo() {
  const image = new ImageData(320, 240);
  for (let i = 0; i < image.data.length; i++) image.data[i] = i % 4 === 3 ? 255 : (i * 2654435761) >>> 24;
  return image;
}

async function jpeg() {
  const canvas = new OffscreenCanvas(320, 240);
  const pen = canvas.getContext('2d');
  for (let i = 0; i < 300; i++) {
    pen.fillStyle = `hsl(${(i * 47) % 360} 60% ${30 + (i % 40)}%)`;
    pen.fillRect((i * 37) % 320, (i * 53) % 240, 60, 40);
  }
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
  return new Uint8Array(await blob.arrayBuffer());
}

/** Firefox's clock has whole milliseconds: what takes twelve is timed several times over. */
const AT_ONCE = 5;

/** Rounds in which each way looks at some pictures; the first `warm` do not count. Slow ways take part in the first few, with one each. */
async function pictures({ rounds, warm, slowRounds, theirs = true }) {
  const image = photo();
  const pixels = new Uint8Array(224 * 224 * 3).map((_, i) => (i * 2654435761) >>> 24);
  const input = Float32Array.from(pixels, (value) => value / 127.5 - 1);
  const pool = await extractor(1);
  const float = await litertWorker('mobilenet_v2_float.tflite');
  const tf = theirs ? await tfWorker('wasm') : null;
  const ways = {
    ours: () => pool.extract((into) => into.set(pixels.subarray(0, into.length))),
    float_litert: () => ask(float, { input }),
    ...(tf && { tfjs_wasm: () => ask(tf, { image }), float_tfjs: () => ask(tf, { input }) }),
  };
  const times = await interleaved(ways, rounds, warm, AT_ONCE);
  tf?.terminate();
  float.terminate();
  const missing = {};
  const notes = {};
  for (const backend of slowRounds ? ['cpu', 'webgl'] : []) {
    try {
      const worker = await tfWorker(backend);
      const both = await interleaved({ [`tfjs_${backend}`]: () => ask(worker, { image }), [`ours_beside_${backend}`]: ways.ours }, slowRounds, 1);
      Object.assign(times, both);
      if (worker.runsOn) notes[backend] = worker.runsOn;
      worker.terminate();
    } catch (error) {
      missing[backend] = String(error.message ?? error);
    }
  }
  pool.close();
  return { times, missing, notes };
}

async function interleaved(ways, rounds, warm, count = 1) {
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < warm + rounds; round++) {
    for (const [name, run] of Object.entries(ways)) {
      const time = await timed(async () => { for (let i = 0; i < count; i++) await run(); });
      if (round >= warm) times[name].push(time / count);
    }
  }
  return times;
}

// -- all cores

/** Pictures a second of a pool of one and of two workers, in turns. */
async function pools({ turns, count }) {
  const pixels = new Uint8Array(224 * 224 * 3).map((_, i) => (i * 2654435761) >>> 24);
  const sizes = { one: await extractor(1), two: await extractor(2) };
  const run = (pool, pictures) => Promise.all(Array.from({ length: pictures }, () => pool.extract((into) => into.set(pixels.subarray(0, into.length)))));
  for (const pool of Object.values(sizes)) await run(pool, 30);
  const times = { one: [], two: [] };
  for (let turn = 0; turn < turns; turn++) {
    for (const [name, pool] of Object.entries(sizes)) times[name].push(await timed(() => run(pool, count)) / count);
  }
  for (const pool of Object.values(sizes)) pool.close();
  return times;
}

/**
 * From JPEG files to features, as many pictures at once as a search has under way: the shipped engine on all cores, and
 * CLEAR's stack, which has one thread. Milliseconds a picture.
 */
async function throughput({ turns, count }) {
  const bytes = await jpeg();
  const blob = new Blob([bytes], { type: 'image/jpeg' });
  const { worker, engine } = engineWorker();
  const tf = await tfWorker('wasm');
  const theirs = async (pictures) => {
    for (let i = 0; i < pictures; i++) await ask(tf, { jpeg: blob });
  };
  await engine.look(MODEL, bytes, 40);
  await theirs(20);
  const times = { ours: [], tfjs: [] };
  for (let turn = 0; turn < turns; turn++) {
    times.ours.push(await timed(() => engine.look(MODEL, bytes, count)) / count);
    times.tfjs.push(await timed(() => theirs(count)) / count);
  }
  worker.terminate();
  tf.terminate();
  return times;
}

// -- Python's share

/** Where the time of one search goes, the second of an engine: seconds by what was done, and photos scored. */
async function share({ picture, budget }) {
  const { worker, engine } = engineWorker();
  const bytes = new Uint8Array(await (await fetch(picture)).arrayBuffer());
  await engine.ready(MODEL);
  const request = {
    picture: bytes, memory: new Uint8Array(), service: 'flickr_feed', key: '', model: MODEL, strategy: 'pool', score: { name: 'exponential', code: null },
    given: { class_name: '', model: MODEL, liked: [], other: null, marked: null }, budget, excluded: [], days: null, seed: 0, resume: null, seen: null, isPrivate: true,
  };
  let photos = 0;
  let problem = null;
  const onUpdate = Comlink.proxy((update) => {
    photos += update.scored.length;
    problem = update.problem;
  });
  await engine.search(request, onUpdate);
  await engine.watch(MODEL);
  photos = 0;
  await engine.search(request, onUpdate);
  const seconds = await engine.told(MODEL);
  const pictures = [];
  for (let i = 0; i < 30; i++) pictures.push(await timed(() => engine.ready(MODEL)));
  worker.terminate();
  if (problem) throw new Error(JSON.stringify(problem));
  return { photos, seconds, pictures };
}

globalThis.bench = { boot, pictures, pools, throughput, share };
