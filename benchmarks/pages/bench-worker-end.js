// Appended to a copy of engine/worker.js: what the benchmark asks of the engine, beside what the pages do.
/** @type {Promise<any> | null} */
let instruments = null;
/** clear_core.browser with benchmarks/in_engine.py run in it. @param {string} model */
const instrumented = (model) => (instruments ??= (async () => {
  const module = /** @type {any} */ ((await engine(model)).core);
  const code = await (await fetch(new URL('../bench/in_engine.py', import.meta.url))).text();
  module.asyncio.sys.modules.get('builtins').exec(code, module.__dict__);
  return module;
})());
/** @type {any} */
let clock = null;
// Starting a request and sending a message are the browser's work, though Python waits for the call.
let requesting = 0;
let sending = 0;
const plainFetch = self.fetch;
self.fetch = (...request) => {
  const begin = performance.now();
  const answer = plainFetch(...request);
  requesting += performance.now() - begin;
  return answer;
};
for (const sender of [MessagePort.prototype, /** @type {any} */ (self)]) {
  const { postMessage } = sender;
  sender.postMessage = function (/** @type {any[]} */ ...message) {
    const begin = performance.now();
    postMessage.apply(this, message);
    sending += performance.now() - begin;
  };
}
const measures = {
  /** Until Python has imported the core and the model has looked at a picture. @param {string} model */
  async ready(model) {
    const { extractor } = await engine(model);
    await extractor.extract(() => {});
  },
  /** Decodes and looks at a picture so many times. @param {string} model @param {Uint8Array} picture @param {number} count */
  async look(model, picture, count) {
    const { extractor, json } = await engine(model);
    const module = await instrumented(model);
    await module.look(picture, count, { model: () => json, extract: (/** @type {any} */ picture) => extractor.extract(filledFrom(picture)) });
  },
  /** @param {string} model */
  async watch(model) {
    const module = await instrumented(model);
    clock ??= module.watch_python();
    module.told(clock);
    requesting = sending = 0;
  },
  /** @param {string} model */
  async told(model) {
    const seconds = JSON.parse((await instrumented(model)).told(clock));
    return {
      ...seconds,
      'event loop': seconds['event loop'] - (requesting + sending) / 1000,
      'starting requests (fetch)': requesting / 1000,
      'sending messages (postMessage)': sending / 1000,
    };
  },
};
/** The one page that this engine is for. @type {Visitor} */
const bench = { here: true, wantsEnd: false, gone: new Promise(() => {}) };
self.onmessage = ({ data: { port } }) => Comlink.expose({ ...apiFor(bench), ...measures }, port);
