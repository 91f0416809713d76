// @ts-check
/**
 * Runs a network with LiteRT.js, one picture at a time, in one wasm thread or on the graphics card. A classic worker, because
 * the library loads its glue with importScripts. It holds the lifeline of its name (lib/lifeline.js).
 *
 * Its engine's worker talks to it through a port, if that is what comes first, or else through the page that made them both:
 * in, first: {network, beside, accelerator, program}: two `Network`s of types.d.ts; the second, if any, gives the logits;
 *            program: the processor's WebAssembly as another worker has compiled it, or null
 * out, then: {ready: true, inputs, outputs, program}: what the network's tensors look like; program: the same, for the next worker
 * in:  {id, pixels: Uint8Array [side * side * 3], RGB}   out: {id, pixels, embedding: Float32Array, logits: Float32Array}
 *                                                        out: {id, error: string}; without id: the network did not load
 * The pixels are given back, to be filled again.
 */
(() => {
  /** @typedef {import('../types').Network} Network */
  /** @typedef {import('./extractor.js').Accelerator} Accelerator */
  const vendor = new URL('../vendor/', self.location.href);
  const wasmFolder = new URL('litert/wasm/', vendor).href;

  /** How a network wants a byte of a colour: as [factor, offset], or null for the byte itself. @type {Record<string, [number, number] | null>} */
  const ranges = { uint8: null, '0..255': [1, 0], '0..1': [1 / 255, 0], '-1..1': [1 / 127.5, -1] };

  /** RGB bytes in the range that a network wants. @param {import('../types').Wiring} wiring */
  function ranged({ pixels, side }) {
    const range = ranges[pixels];
    const floats = new Float32Array(range ? 3 * side ** 2 : 0);
    return (/** @type {Uint8Array<ArrayBuffer>} */ bytes) => {
      if (!range) return bytes;
      const [factor, offset] = range;
      for (let i = 0; i < floats.length; i++) floats[i] = bytes[i] * factor + offset;
      return floats;
    };
  }

  /** @param {Accelerator} accelerator @param {WebAssembly.Module | null} known what it compiles to, if that is known */
  async function loadLibrary(accelerator, known) {
    // The library's chatter is for the debugger; as warnings it would stand in the browser's list of our errors.
    console.warn = console.debug;
    // Where only the processor is used, the library would open a device on the graphics card all the same.
    if (accelerator === 'wasm') Object.defineProperty(navigator, 'gpu', { value: undefined });
    const [{ holdLifeline }, { compile }] = await Promise.all([import('../lib/lifeline.js'), import('../lib/wasm.js')]);
    await holdLifeline(self.name);
    /** @type {typeof import('@litertjs/core')} */
    const litert = await import('../vendor/litert/index.js');
    // The card's answers are waited for, by JSPI.
    const build = accelerator === 'webgpu' ? 'jspi_' : await litert.supportsFeature('relaxedSimd') ? '' : 'compat_';
    const file = `${wasmFolder}litert_wasm_${build}internal`;
    const compiled = Promise.resolve(known ?? compile(fetch(`${file}.wasm`)));
    const failed = new Promise((_, fail) => {
      // Left to itself Emscripten compiles anew in each worker: 40 MB.
      /** @type {any} */ (self).Module = {
        printErr: console.debug,
        instantiateWasm: (/** @type {WebAssembly.Imports} */ imports, /** @type {(instance: WebAssembly.Instance) => void} */ receive) =>
          void compiled.then((program) => WebAssembly.instantiate(program, imports)).then(receive).catch(fail),
      };
    });
    await Promise.race([litert.loadLiteRt(`${file}.js`), failed]);
    return { litert, program: await compiled };
  }
  /** @type {ReturnType<typeof loadLibrary>} */
  let library;

  /** @param {Network} network */
  async function bytesOf({ bytes, path }) {
    if (bytes) return bytes;
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  }

  /** @param {Network} network @param {Accelerator} accelerator */
  async function load(network, accelerator) {
    const [bytes, { litert }, { free }] = await Promise.all([bytesOf(network), library, import('../lib/free.js')]);
    const model = await litert.loadAndCompile(bytes, { accelerator });
    free(bytes.buffer);
    if (accelerator === 'webgpu' && !model.isFullyAccelerated) throw new Error('the graphics card can run only parts of it');
    const { side } = network.wiring;
    const inRange = ranged(network.wiring);
    const facts = (/** @type {readonly import('@litertjs/core').TensorDetails[]} */ details) => details.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
    return {
      inputs: facts(model.getInputDetails()),
      outputs: facts(model.getOutputDetails()),
      /** Every output of one picture. @param {Uint8Array<ArrayBuffer>} pixels @returns {Promise<Float32Array[]>} */
      async run(pixels) {
        const input = new litert.Tensor(inRange(pixels), [1, side, side, 3]);
        const outputs = await Promise.all((await model.run(input)).map((output) => (output.accelerator === 'wasm' ? output : output.moveTo('wasm'))));
        // Copies: the arrays are views into the wasm heap.
        const values = outputs.map((output) => /** @type {Float32Array} */ (output.toTypedArray()).slice());
        for (const tensor of [input, ...outputs]) tensor.delete();
        return values;
      },
    };
  }

  /** The network that gives the logits, which may want pictures of another size. @param {Network} network @param {Accelerator} accelerator */
  async function loadBeside(network, accelerator) {
    const [{ run }, { resized }] = await Promise.all([load(network, accelerator), import('./resized.js')]);
    return { run: (/** @type {Uint8Array<ArrayBuffer>} */ pixels) => run(resized(pixels, network.wiring.side)) };
  }

  /** @type {Promise<(pixels: Uint8Array<ArrayBuffer>) => Promise<import('../types').Features>>} */
  let loaded;

  /** @param {any} message the first @param {MessagePort} port */
  async function loadBoth({ network, beside, accelerator, program }, port) {
    const shared = accelerator === 'wasm'; // the card's library is another one, and has one worker
    library = loadLibrary(accelerator, shared ? program : null);
    const [own, other] = await Promise.all([load(network, accelerator), beside && loadBeside(beside, accelerator)]);
    port.postMessage({ ready: true, inputs: own.inputs, outputs: own.outputs, program: shared ? (await library).program : null });
    /** @param {Uint8Array<ArrayBuffer>} pixels */
    return async (pixels) => {
      const outputs = await own.run(pixels);
      const embedding = outputs[network.wiring.embedding];
      const { wiring } = other && beside ? beside : network;
      const logits = (other ? await other.run(pixels) : outputs)[wiring.logits ?? 0];
      // Copies, for each to be handed over by itself: a network without more than class scores has one for both.
      return { embedding: embedding.slice(), logits: logits.slice(wiring.class_offset) };
    };
  }

  /** @param {MessagePort} port @param {any} message */
  async function answer(port, message) {
    const { id, pixels } = message;
    try {
      if (message.network) {
        loaded = loadBoth(message, port);
        await loaded;
      } else {
        const { embedding, logits } = await (await loaded)(pixels);
        port.postMessage({ id, pixels, embedding, logits }, [pixels.buffer, embedding.buffer, logits.buffer]);
      }
    } catch (error) {
      port.postMessage({ id, error: String(error instanceof Error ? error.message : error) });
    }
  }

  const page = /** @type {any} */ (self);
  page.onmessage = (/** @type {MessageEvent} */ { data }) => {
    if (data instanceof MessagePort) data.onmessage = (message) => answer(data, message.data);
    else void answer(page, data);
  };
})();
