// @ts-check
/** WebAssembly from a file, in the way that costs least. */
import { compilesAsItComes } from './browser.js';
import { free } from './free.js';

/** @param {Response | PromiseLike<Response>} answer @throws {Error} the file is not there, or is not WebAssembly */
export async function compile(answer) {
  if (compilesAsItComes) return WebAssembly.compileStreaming(answer);
  const file = await answer;
  if (!file.ok) throw new Error(`${file.url}: ${file.status}`);
  return compileBytes(await file.arrayBuffer());
}

/** Gives the bytes back when they are compiled. @param {ArrayBuffer} bytes */
export async function compileBytes(bytes) {
  try {
    return await WebAssembly.compile(bytes);
  } finally {
    free(bytes);
  }
}
