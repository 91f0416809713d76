// @ts-check
/**
 * A shared worker that does one thing: it brings the port of a page to the host of the warm engine (host.js). Pages of
 * an extension have no other way to hand each other a port.
 */
(() => {
  /** @type {MessagePort | null} */
  let host = null;
  /** Ports that came while the host was being opened. @type {MessagePort[]} */
  const waiting = [];
  /** @param {MessagePort} port */
  const bring = (port) => {
    if (host) host.postMessage('page', [port]);
    else waiting.push(port);
  };
  /** @type {any} */ (self).onconnect = (/** @type {MessageEvent} */ { ports: [page] }) => {
    page.onmessage = ({ data, ports }) => {
      if (data === 'host') {
        host = page;
        for (const port of waiting.splice(0)) bring(port);
      } else if (data === 'host is closing') {
        if (host === page) host = null;
      } else {
        ports.forEach(bring);
      }
    };
  };
})();
