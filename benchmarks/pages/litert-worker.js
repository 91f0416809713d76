/**
 * LiteRT.js with any float32 .tflite, as engine/model-worker.js runs ours.
 * in: {model: address}     out: {ready: true} or {error}
 * in: {id, input: Float32Array [1, 224, 224, 3]}     out: {id, size}
 */
(() => {
  const wasmFolder = new URL('../vendor/litert/wasm/', self.location.href).href;
  let litert, model;
  self.onmessage = async ({ data }) => {
    try {
      if (data.model) {
        self.Module = { locateFile: (file) => wasmFolder + file, printErr: console.debug };
        Object.defineProperty(navigator, 'gpu', { value: undefined });
        litert = await import('../vendor/litert/index.js');
        await litert.loadLiteRt(wasmFolder);
        const bytes = await (await fetch(data.model)).arrayBuffer();
        model = await litert.loadAndCompile(new Uint8Array(bytes), { accelerator: 'wasm' });
        self.postMessage({ ready: true });
        return;
      }
      const input = new litert.Tensor(data.input, [1, 224, 224, 3]);
      const [output] = await model.run(input);
      const features = output.toTypedArray().slice();
      input.delete();
      output.delete();
      self.postMessage({ id: data.id, size: features.length, finite: Number.isFinite(features[0]) });
    } catch (error) {
      self.postMessage({ id: data.id, error: String(error?.message ?? error) });
    }
  };
})();
