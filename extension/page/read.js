// @ts-check
/** The pixels of an element, with the least that reads them: its canvas, the page's own request, else its place on the screen. */
(() => {
  /** @typedef {import('../types').PageCapture} PageCapture */
  const page = /** @type {import('../types').PageTools} */ (/** @type {any} */ (globalThis).clearPage);

  const MAX_SIDE = 1024; // more than the network needs; keeps the message small
  const MIN_SIDE = 320; // below it a larger version of the same picture is worth a request
  const MAX_BYTES = 12e6;
  const FETCH_TIMEOUT_MS = 8000;

  /**
   * Draws a picture, at most MAX_SIDE large. @returns {string | null} PNG as a data: URL; null if nothing is on it (a
   * WebGL canvas whose frame is gone)
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
    if (picture instanceof HTMLCanvasElement) {
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      if (!data.some((value, i) => i % 4 === 3 && value)) return null;
    }
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
      if (element instanceof HTMLCanvasElement) return draw(element, element.width, element.height);
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

  /**
   * Addresses in a `srcset` and how large each is, by its own measure.
   * @param {string} text
   * @see https://html.spec.whatwg.org/multipage/images.html#srcset-attributes
   */
  const candidates = (text) => [...text.matchAll(/([^\s,]\S*[^\s,])(?:\s+([\d.]+)[wx])?\s*(?:,|$)/g)].flatMap(([, address, size]) => {
    try {
      return [{ address: new URL(address, document.baseURI).href, size: Number(size ?? 1) }];
    } catch {
      return []; // not an address
    }
  });

  /** The largest version that a small picture's page offers, drawn. @param {HTMLImageElement} image */
  async function largest(image) {
    const around = image.parentElement instanceof HTMLPictureElement ? [...image.parentElement.querySelectorAll('source')] : [];
    const fits = around.filter(({ media }) => !media || matchMedia(media).matches);
    const [best] = [...fits, image].flatMap(({ srcset }) => candidates(srcset)).sort((a, b) => b.size - a.size);
    if (!best || best.address === image.currentSrc) return null;
    const larger = Object.assign(new Image(), { crossOrigin: image.crossOrigin, src: best.address });
    const late = new Promise((_resolve, reject) => { setTimeout(reject, FETCH_TIMEOUT_MS); });
    const loaded = await Promise.race([larger.decode(), late]).then(() => true, () => false);
    return loaded && larger.naturalWidth > image.naturalWidth ? larger : null;
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
   * Where a part of this document is on the screen, cut to the viewport; null when that cannot be known (a frame of
   * another origin).
   * @param {{left: number, top: number, right: number, bottom: number}} box
   */
  function onScreen({ left, top, right, bottom }) {
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
   * @param {Element | null} element
   * @param {string} address of its picture
   * @returns {Promise<PageCapture>}
   */
  async function read(element, address) {
    const small = element instanceof HTMLImageElement && Math.max(element.naturalWidth, element.naturalHeight) < MIN_SIDE;
    const drawn = (small && fromCanvas(await largest(element))) || fromCanvas(element);
    if (drawn) return { dataUrl: drawn, source: 'canvas', rect: null };
    // Of a video only the poster is a picture to fetch; its frames are drawn or seen.
    const picture = element instanceof HTMLVideoElement ? showsPoster(element) && element.poster : address;
    const fetched = picture && await fromFetch(picture);
    if (fetched) return { dataUrl: fetched, source: 'fetch', rect: null };
    return { dataUrl: null, source: null, rect: element && onScreen(element.getBoundingClientRect()) };
  }

  Object.assign(page, /** @type {Partial<import('../types').PageTools>} */ ({
    onScreen,

    read: (element) => read(element, page.addresses(element).find(Boolean) || page.background(element)),

    clicked: (address, frameUrl) => read(page.withAddress(address) ?? page.frame(frameUrl), address),

    async opened() {
      const dataUrl = /^image\//.test(document.contentType) ? await fromFetch(location.href) : null;
      return { dataUrl, source: 'fetch', rect: null };
    },
  }));
})();
