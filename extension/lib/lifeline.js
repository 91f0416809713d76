// @ts-check
/**
 * How a page notices the silent death of a worker (out of memory, killed): the worker holds a lock as long as it lives.
 * A crash fires no event anywhere else.
 */

/** In the worker, with its own name: resolves when the lock is held. @param {string} name @returns {Promise<void>} */
export const holdLifeline = (name) => new Promise((resolve) => {
  void navigator.locks.request(name, () => {
    resolve();
    return new Promise(() => {});
  });
});

/** Beside the worker, once it holds its lifeline: resolves when it is gone. @param {string} name @returns {Promise<void>} */
export const whenGone = (name) => navigator.locks.request(name, () => {});
