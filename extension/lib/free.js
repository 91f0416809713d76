// @ts-check
/** Memory that need not wait for the garbage collector, which a worker that makes little garbage seldom calls. */

/**
 * Gives memory back at once, whoever still holds the buffer: sends it to nobody. (`transfer(0)` and `structuredClone` hand it
 * on to another buffer, which is garbage then.)
 * @param {ArrayBuffer} buffer
 */
export function free(buffer) {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(null, [buffer]);
  port1.close();
  port2.close();
}
