// @ts-check
/**
 * Runs the network with LiteRT.js, one picture at a time, in one wasm thread. A classic worker, because the library loads
 * its glue with importScripts. It holds the lifeline of its name (lib/lifeline.js).
 *
 * in:  {id, pixels: Uint8Array [224 * 224 * 3], RGB}     out: {id, embedding: Float32Array, logits: Float32Array}
 * out, once: {ready: true}                               out: {id, error: string}; without id: the model did not load
 */
(() => {
  const vendor = new URL('../vendor/', self.location.href);
  const wasmFolder = new URL('litert/wasm/', vendor).href;
  const INPUT_SHAPE = [1, 224, 224, 3];

  async function load() {
    // The library's chatter is for the debugger; as warnings it would stand in the browser's list of our errors.
    console.warn = console.debug;
    // Without locateFile Emscripten looks for its .wasm beside this file.
    /** @type {any} */ (self).Module = { locateFile: (/** @type {string} */ file) => wasmFolder + file, printErr: console.debug };
    // Only the processor is used; the library would open a device on the graphics card for every worker.
    Object.defineProperty(navigator, 'gpu', { value: undefined });
    const modelBytes = fetch(new URL('models/efficientnet_lite0/model.tflite', vendor)).then((answer) => {
      if (!answer.ok) throw new Error(`model file: ${answer.status}`);
      return answer.arrayBuffer();
    });
    const { holdLifeline } = await import('../lib/lifeline.js');
    await holdLifeline(self.name);
    /** @type {typeof import('@litertjs/core')} */
    const litert = await import('../vendor/litert/index.js');
    await litert.loadLiteRt(wasmFolder);
    const model = await litert.loadAndCompile(new Uint8Array(await modelBytes), { accelerator: 'wasm' });

    /** @param {Uint8Array<ArrayBuffer>} pixels @returns {Promise<import('../types').Features>} */
    return async (pixels) => {
      const input = new litert.Tensor(pixels, INPUT_SHAPE);
      const outputs = await model.run(input);
      // Copies: the arrays are views into the wasm heap.
      const [embedding, logits] = outputs.map((output) => /** @type {Float32Array} */ (output.toTypedArray()).slice());
      for (const tensor of [input, ...outputs]) tensor.delete();
      return { embedding, logits };
    };
  }

  const loaded = load();
  loaded.then(
    () => postMessage({ ready: true }),
    (error) => postMessage({ error: String(error?.message ?? error) }),
  );

  self.onmessage = async ({ data: { id, pixels } }) => {
    try {
      const run = await loaded;
      const { embedding, logits } = await run(pixels);
      self.postMessage({ id, embedding, logits }, { transfer: [embedding.buffer, logits.buffer] });
    } catch (error) {
      self.postMessage({ id, error: String(error instanceof Error ? error.message : error) });
    }
  };
})();
