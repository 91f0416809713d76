// @ts-check
/** WebAssembly from files, without what is left behind when it is compiled as it comes in: Chrome keeps the file twice until it next collects garbage. */
import { free } from './free.js';

/** @param {Response | PromiseLike<Response>} answer @throws {Error} the file is not there, or is not WebAssembly */
export async function compile(answer) {
  const file = await answer;
  if (!file.ok) throw new Error(`${file.url}: ${file.status}`);
  const bytes = await file.arrayBuffer();
  try {
    return await WebAssembly.compile(bytes);
  } finally {
    free(bytes);
  }
}

/** For libraries that compile it as it comes in. @type {typeof WebAssembly.instantiateStreaming} */
export async function instantiate(answer, imports) {
  const module = await compile(answer);
  return { module, instance: await WebAssembly.instantiate(module, imports) };
}
