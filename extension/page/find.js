// @ts-check
/**
 * Which element of a page holds the picture that is meant. Like everything in this folder it is put into a page on
 * demand (never before a click), in the extension's own world, and adds its functions to `clearPage`.
 */
(() => {
  /** @typedef {import('../types').PageTools} PageTools */

  const MIN_SIDE = 32; // CSS pixels; smaller ones are icons

  /** The shadow root of an element, closed ones too: extensions may look into them. @param {Element} element */
  function shadowOf(element) {
    const any = /** @type {any} */ (element);
    const dom = /** @type {any} */ (globalThis).chrome?.dom;
    if (any.openOrClosedShadowRoot !== undefined) return any.openOrClosedShadowRoot;
    return element instanceof HTMLElement && dom ? dom.openOrClosedShadowRoot(element) : element.shadowRoot;
  }

  /** @param {Document | ShadowRoot} root @returns {Generator<Element>} */
  function* elementsBelow(root) {
    // A page may call an element "querySelectorAll", and then `document.querySelectorAll` is that element.
    const { querySelectorAll } = (root instanceof Document ? Document : ShadowRoot).prototype;
    for (const element of querySelectorAll.call(root, '*')) {
      yield element;
      const shadow = shadowOf(element);
      if (shadow) yield* elementsBelow(shadow);
    }
  }

  /** The address of an element's CSS background picture, '' without one. @param {Element} element */
  function background(element) {
    const [, address = ''] = /url\("((?:[^"\\]|\\.)*)"\)/.exec(getComputedStyle(element).backgroundImage) ?? [];
    return address.replace(/\\(.)/g, '$1');
  }

  /** Addresses of the picture that an element shows. @param {Element} element @returns {string[]} */
  function addresses(element) {
    if (element instanceof HTMLImageElement) return [element.currentSrc, element.src];
    if (element instanceof HTMLInputElement && element.type === 'image') return [element.src];
    if (element instanceof HTMLVideoElement) return [element.currentSrc, element.src, element.poster];
    if (element instanceof SVGImageElement) return [new URL(element.href.baseVal, document.baseURI).href];
    return [];
  }

  /** @param {Element} element */
  const isPicture = (element) => element instanceof HTMLCanvasElement || addresses(element).some(Boolean) || background(element) !== '';

  /** The part of an element inside the viewport, in CSS pixels. @param {Element} element */
  function visibleBox(element) {
    const box = element.getBoundingClientRect();
    const [left, top] = [Math.max(box.left, 0), Math.max(box.top, 0)];
    const width = Math.max(0, Math.min(box.right, innerWidth) - left);
    const height = Math.max(0, Math.min(box.bottom, innerHeight) - top);
    return { left, top, width, height, area: width * height };
  }

  /**
   * The pictures that can be seen, the largest first. Not the ground that a whole page stands on.
   * @returns {Element[]}
   */
  function pictures() {
    const found = [];
    for (const element of elementsBelow(document)) {
      const box = visibleBox(element);
      if (box.width < MIN_SIDE || box.height < MIN_SIDE || element === document.body || !isPicture(element)) continue;
      found.push({ element, area: box.area });
    }
    return found.sort((a, b) => b.area - a.area).map(({ element }) => element);
  }

  /**
   * The element with the picture of an address. The same picture may be on the page many times: the one under the pointer
   * wins (no browser says where the click was, but the page's hover state may still tell), then the one that shows most of
   * itself.
   * @param {string} address
   */
  function withAddress(address) {
    let best = null;
    let bestRank = -1;
    for (const element of elementsBelow(document)) {
      if (!addresses(element).includes(address)) continue;
      const rank = visibleBox(element).area + (element.matches(':hover') ? 1e9 : 0);
      if (rank > bestRank) [best, bestRank] = [element, rank];
    }
    return best;
  }

  /**
   * The one of some pictures at a point of the viewport, under whatever covers it.
   * @param {Element[]} some
   * @param {number} x
   * @param {number} y
   */
  function atPoint(some, x, y) {
    return some.filter((element) => {
      const box = visibleBox(element);
      return x >= box.left && y >= box.top && x <= box.left + box.width && y <= box.top + box.height;
    }).pop() ?? null; // the smallest: the others are what it stands on
  }

  /** The frame that shows a document of another origin, as far as its page can know. @param {string | null} url */
  function frame(url) {
    const frames = url ? [...elementsBelow(document)].filter((element) => element.matches('iframe, frame')) : [];
    /** @param {Element} element */
    const rank = (element) => visibleBox(element).area
      + (/** @type {HTMLIFrameElement} */ (element).src === url ? 1e9 : 0) + (element.matches(':hover') ? 1e10 : 0);
    const best = frames.sort((a, b) => rank(b) - rank(a))[0];
    return best && rank(best) >= 1e9 ? best : null;
  }

  /** @type {{clearPage?: Partial<PageTools>}} */ (globalThis).clearPage = {
    addresses, atPoint, background, frame, pictures, visibleBox, withAddress,
  };
})();
