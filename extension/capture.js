// @ts-check
/**
 * Injected into the page's frame on demand (never before a click), in the extension's own world: finds the clicked
 * picture and reads it with the least that does it. Defines one function for `lib/capture.js` to call.
 */
(() => {
  const MAX_SIDE = 1024; // more than the network needs; keeps the message small
  const MAX_BYTES = 12e6;
  const FETCH_TIMEOUT_MS = 8000;

  /** The shadow root of an element, closed ones too: extensions may look into them. @param {Element} element */
  function shadowOf(element) {
    const any = /** @type {any} */ (element);
    const dom = /** @type {any} */ (globalThis).chrome?.dom;
    if (any.openOrClosedShadowRoot !== undefined) return any.openOrClosedShadowRoot;
    return element instanceof HTMLElement && dom ? dom.openOrClosedShadowRoot(element) : element.shadowRoot;
  }

  /** @param {Document | ShadowRoot} root @returns {Generator<Element>} */
  function* elementsBelow(root) {
    for (const element of root.querySelectorAll('*')) {
      yield element;
      const shadow = shadowOf(element);
      if (shadow) yield* elementsBelow(shadow);
    }
  }

  /** Addresses of the picture that an element shows. @param {Element} element @returns {string[]} */
  function addresses(element) {
    if (element instanceof HTMLImageElement) return [element.currentSrc, element.src];
    if (element instanceof HTMLInputElement && element.type === 'image') return [element.src];
    if (element instanceof HTMLVideoElement) return [element.currentSrc, element.src, element.poster];
    if (element instanceof SVGImageElement) return [new URL(element.href.baseVal, document.baseURI).href];
    return [];
  }

  /** CSS pixels of an element inside the viewport. @param {Element} element */
  function visibleArea(element) {
    const box = element.getBoundingClientRect();
    const width = Math.min(box.right, innerWidth) - Math.max(box.left, 0);
    const height = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
    return Math.max(0, width) * Math.max(0, height);
  }

  /**
   * The element the user meant. The same picture may be on the page many times: the one under the pointer wins (Chrome
   * does not say where the click was, but while its menu is open the page's hover state stands still), then the
   * one that shows most of itself.
   * @param {string} address
   * @param {number | null} clickedId
   */
  function findElement(address, clickedId) {
    const clicked = clickedId === null ? null : /** @type {any} */ (globalThis).browser?.menus?.getTargetElement?.(clickedId);
    if (clicked && addresses(clicked).includes(address)) return /** @type {Element} */ (clicked);
    let best = null;
    let bestRank = -1;
    for (const element of elementsBelow(document)) {
      if (!addresses(element).includes(address)) continue;
      const rank = visibleArea(element) + (element.matches(':hover') ? 1e9 : 0);
      if (rank > bestRank) [best, bestRank] = [element, rank];
    }
    return best;
  }

  /** The frame that shows a document of another origin, as far as its page can know. @param {string | null} url */
  function findFrame(url) {
    const frames = url ? [...elementsBelow(document)].filter((element) => element.matches('iframe, frame')) : [];
    /** @param {Element} frame */
    const rank = (frame) => visibleArea(frame)
      + (/** @type {HTMLIFrameElement} */ (frame).src === url ? 1e9 : 0) + (frame.matches(':hover') ? 1e10 : 0);
    const best = frames.sort((a, b) => rank(b) - rank(a))[0];
    return best && rank(best) >= 1e9 ? best : null;
  }

  /**
   * Draws a picture, at most MAX_SIDE large. @returns {string} PNG as a data: URL
   * @param {CanvasImageSource} picture
   * @param {number} width
   * @param {number} height
   * @throws {DOMException} SecurityError when the page may not read this picture
   */
  function draw(picture, width, height) {
    const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/png');
  }

  /** Does a video show its poster still, and no frame? @param {HTMLVideoElement} video */
  function showsPoster(video) {
    const begun = !video.paused || video.currentTime > 0;
    return video.poster !== '' && !(begun && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA);
  }

  /** @param {Element | null} element */
  function fromCanvas(element) {
    try {
      if (element instanceof HTMLImageElement && element.complete && element.naturalWidth) {
        return draw(element, element.naturalWidth, element.naturalHeight);
      }
      if (element instanceof HTMLVideoElement && element.videoWidth && !showsPoster(element)) {
        return draw(element, element.videoWidth, element.videoHeight);
      }
      return null;
    } catch {
      return null; // from another origin without CORS: tainted
    }
  }

  /** @param {Blob} blob @returns {Promise<string>} */
  const asDataUrl = (blob) => new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(/** @type {string} */ (reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });

  /**
   * The page's own request: from its cache, or anew, since a cached answer may lack the CORS header that the server would
   * send with another.
   * @param {string} address
   */
  async function fromFetch(address) {
    for (const cache of /** @type {RequestCache[]} */ (['force-cache', 'reload'])) {
      try {
        const answer = await fetch(address, { cache, credentials: 'same-origin', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
        const blob = await answer.blob();
        if (!answer.ok || blob.type.startsWith('text/')) continue;
        if (blob.size <= MAX_BYTES) return await asDataUrl(blob);
        const bitmap = await createImageBitmap(blob);
        return draw(bitmap, bitmap.width, bitmap.height);
      } catch {
        // not allowed, not there, or not a picture: the next way
      }
    }
    return null;
  }

  /**
   * Where the element is on the screen, cut to the viewport; null when that cannot be known (a frame of another origin).
   * @param {Element | null} element
   */
  function onScreen(element) {
    if (!element) return null;
    const box = element.getBoundingClientRect();
    let [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom];
    /** @type {Window} */
    let view = window;
    for (;;) {
      left = Math.max(left, 0);
      top = Math.max(top, 0);
      right = Math.min(right, view.innerWidth);
      bottom = Math.min(bottom, view.innerHeight);
      if (view.parent === view) break;
      const frame = view.frameElement; // null across origins
      if (!frame) return null;
      const outer = frame.getBoundingClientRect();
      const [dx, dy] = [outer.left + frame.clientLeft, outer.top + frame.clientTop];
      [left, right, top, bottom] = [left + dx, right + dx, top + dy, bottom + dy];
      view = view.parent;
    }
    if (right - left < 8 || bottom - top < 8) return null;
    return { x: left, y: top, width: right - left, height: bottom - top, ratio: devicePixelRatio };
  }

  /**
   * @param {string} address what the browser says was clicked
   * @param {number | null} clickedId Firefox's number of the clicked element
   * @param {string | null} frameUrl the frame that was clicked in, if this could not be run there
   * @returns {Promise<import('./types').PageCapture>}
   */
  async function capture(address, clickedId, frameUrl) {
    const element = findElement(address, clickedId);
    const drawn = fromCanvas(element);
    if (drawn) return { dataUrl: drawn, source: 'canvas', rect: null };
    // Of a video only the poster is a picture to fetch; its frames are drawn or seen.
    const picture = element instanceof HTMLVideoElement ? showsPoster(element) && element.poster : address;
    const fetched = picture && await fromFetch(picture);
    if (fetched) return { dataUrl: fetched, source: 'fetch', rect: null };
    return { dataUrl: null, source: null, rect: onScreen(element ?? findFrame(frameUrl)) };
  }

  /** @type {any} */ (globalThis).clearCapture = capture;
})();
