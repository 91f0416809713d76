// @ts-check
/** WebAssembly from files, in the way that costs least. */
import { compilesAsItComes } from './browser.js';
import { free } from './free.js';

/** @param {Response | PromiseLike<Response>} answer @throws {Error} the file is not there, or is not WebAssembly */
export async function compile(answer) {
  if (compilesAsItComes) return WebAssembly.compileStreaming(answer);
  const file = await answer;
  if (!file.ok) throw new Error(`${file.url}: ${file.status}`);
  const bytes = await file.arrayBuffer();
  try {
    return await WebAssembly.compile(bytes);
  } finally {
    free(bytes);
  }
}

/** Stands in for WebAssembly.instantiateStreaming, for libraries that call it. @type {typeof WebAssembly.instantiateStreaming} */
export async function instantiate(answer, imports) {
  const module = await compile(answer);
  return { module, instance: await WebAssembly.instantiate(module, imports) };
}
