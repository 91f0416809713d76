// @ts-check
/**
 * "Select an area": a veil over the page, on which the user clicks a picture or drags a rectangle. With the keyboard:
 * arrows go from picture to picture, Enter takes one, Escape none. What is taken is read or, for a rectangle, seen.
 */
(() => {
  /** @typedef {import('../types').PageCapture} PageCapture */
  const page = /** @type {import('../types').PageTools} */ (/** @type {any} */ (globalThis).clearPage);

  const MARK = 'data-clear-pick';
  const DRAGGED = 6; // CSS pixels; less is a click
  const EVERYTHING = 'position: fixed; inset: 0; width: 100vw; height: 100vh; margin: 0; padding: 0; border: 0;';
  const VEIL = `${EVERYTHING} background: rgb(6 16 20 / 35%); cursor: crosshair; outline: none; touch-action: none; user-select: none;`;
  const FRAME = 'position: fixed; box-sizing: border-box; border: 3px solid #2ec4c4; border-radius: 6px; '
    + 'background: rgb(255 255 255 / 18%); box-shadow: 0 0 0 1px #06262b; pointer-events: none;';
  const HINT = 'position: fixed; top: 18px; left: 50%; transform: translateX(-50%); max-width: 90vw; padding: 10px 18px; '
    + 'border-radius: 999px; background: #06262b; color: #fff; font: 600 14px/1.4 system-ui, sans-serif; '
    + 'box-shadow: 0 4px 18px rgb(0 0 0 / 40%); pointer-events: none; text-align: center;';

  const UNSEEN = 'position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;';

  /** What a page calls one of its pictures; '' where it does not. @param {Element} element */
  const nameOf = (element) => ['alt', 'aria-label', 'title'].map((name) => element.getAttribute(name)?.trim()).find(Boolean) ?? '';

  /** @param {string} style */
  function box(style) {
    const element = document.createElement('div');
    element.style.cssText = style; // not a style sheet: the page's own policy may forbid one
    return element;
  }

  /**
   * @param {{ hint: string, direction: string }} texts
   */
  function pick({ hint, direction }) {
    document.querySelector(`[${MARK}]`)?.dispatchEvent(new Event('close')); // one that is open still
    const host = box(`all: initial; ${EVERYTHING} z-index: 2147483647; background: none; overflow: hidden;`);
    const [veil, frame, words, said] = [box(VEIL), box(FRAME), box(HINT), box(UNSEEN)];
    host.setAttribute(MARK, '');
    veil.tabIndex = 0;
    veil.setAttribute('role', 'application');
    veil.setAttribute('aria-label', hint);
    words.textContent = hint;
    words.dir = direction;
    frame.style.display = 'none';
    said.setAttribute('role', 'status');
    veil.append(frame, words, said);
    host.attachShadow({ mode: 'closed' }).append(veil);
    document.documentElement.append(host);
    // The top layer: above the page's own dialogues.
    host.popover = 'manual';
    host.showPopover?.();

    const pictures = page.pictures();
    /** @type {{x: number, y: number} | null} */
    let from = null;
    /** @type {Element | null} */
    let chosen = null;

    /** @param {{left: number, top: number, width: number, height: number} | null} area */
    const show = (area) => {
      frame.style.display = area ? 'block' : 'none';
      if (area) for (const side of /** @type {const} */ (['left', 'top', 'width', 'height'])) frame.style[side] = `${area[side]}px`;
    };
    /** @param {Element | null} element */
    const choose = (element) => {
      chosen = element;
      show(element && page.visibleBox(element));
    };
    /** @param {PointerEvent} event */
    const dragged = ({ clientX, clientY }) => {
      if (!from) return null;
      const [width, height] = [Math.abs(clientX - from.x), Math.abs(clientY - from.y)];
      return Math.max(width, height) < DRAGGED ? null
        : { left: Math.min(from.x, clientX), top: Math.min(from.y, clientY), width, height };
    };

    /** @param {(() => Promise<PageCapture> | PageCapture) | null} take */
    const end = async (take) => {
      removeEventListener('keydown', onKey, true);
      host.remove();
      if (!take) return;
      // The screenshot, if it comes to one, must show the page without the veil.
      await new Promise((painted) => { requestAnimationFrame(() => requestAnimationFrame(painted)); });
      const picked = await take();
      await /** @type {any} */ (globalThis).chrome.runtime.sendMessage({ picked });
    };
    veil.onpointermove = (event) => {
      const area = dragged(event);
      choose(area ? null : page.atPoint(pictures, event.clientX, event.clientY));
      if (area) show(area);
    };
    veil.onpointerdown = (event) => {
      if (event.button !== 0) return void end(null);
      veil.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY };
    };
    veil.onpointerup = (event) => {
      const area = dragged(event);
      const element = area || !from ? null : page.atPoint(pictures, event.clientX, event.clientY);
      from = null;
      if (element) void end(() => page.read(element));
      else if (area) {
        const sides = { ...area, right: area.left + area.width, bottom: area.top + area.height };
        void end(() => ({ dataUrl: null, source: 'area', rect: page.onScreen(sides) }));
      }
    };
    host.addEventListener('close', () => void end(null));
    veil.oncontextmenu = (event) => event.preventDefault();
    /** @param {KeyboardEvent} event */
    const onKey = (event) => {
      if (!event.isTrusted) return; // the page's own, not the user's
      const step = { ArrowRight: 1, ArrowDown: 1, Tab: event.shiftKey ? -1 : 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.key === 'Escape') void end(null);
      else if (step && pictures.length) {
        const at = chosen ? pictures.indexOf(chosen) + step : Math.min(0, step);
        choose(pictures.at(at % pictures.length) ?? null);
        // For who does not see the frame: what the page calls the picture, and which it is of how many.
        if (chosen) said.textContent = `${nameOf(chosen)} ${pictures.indexOf(chosen) + 1}/${pictures.length}`.trim();
      } else if (event.key === 'Enter' && chosen) {
        const element = chosen;
        void end(() => page.read(element));
      }
    };
    // On the window, before the page's own: a page that holds the focus would keep the keys to itself.
    addEventListener('keydown', onKey, true);
    veil.focus({ preventScroll: true });
  }

  page.pick = pick;
})();
