// @ts-check
/** Memory that need not wait for the garbage collector, which a worker that makes little garbage seldom calls. */

const { port1: nowhere, port2 } = new MessageChannel();
port2.close();

/**
 * Gives memory back at once, whoever still holds the buffer: sends it to a port that is closed. (While that is open, Firefox
 * keeps what comes for ever. `transfer(0)` and `structuredClone` hand it on to another buffer, which is garbage then.)
 * @param {ArrayBuffer} buffer
 */
export function free(buffer) {
  nowhere.postMessage(null, [buffer]);
}
