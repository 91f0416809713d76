// @ts-check
/**
 * What the result page knows and what it can do, without how it looks. One search is shown at a time; every change is
 * told to the listener at most four times a second.
 */
import { EngineClient } from '../engine/client.js';
import { POPUP_PAGE, currentTab, currentWindowId, hasAccess, isPopup, isPrivateWindow, openPage, requestAccess } from '../lib/browser.js';
import { AddressError, pictureAt, pictureOf } from '../lib/address.js';
import { clearSessions, createSession, follow, getSession, isRunning, newSessionId, onForget, recentPictures, runAlone, serviceOf } from '../lib/sessions.js';
import { loadSettings } from '../lib/settings.js';
import { currentSession, getSignal, listen, setCurrentSession, wantPick } from '../lib/signals.js';
import { runSearch } from './run.js';

/** @typedef {import('../types').Session} Session */
/** @typedef {import('../types').Problem} Problem */
/** @typedef {import('../types').Service} Service */

/**
 * @typedef {object} View
 * @property {'opening' | 'start' | 'capturing' | 'search'} page
 * @property {'idle' | 'starting' | 'running' | 'stopping' | 'elsewhere'} engine   starting: until the first update;
 *   elsewhere: another page runs the search
 * @property {Session | null} session
 * @property {Problem | null} problem   why there is no picture to search with
 * @property {string} address           of a picture that the user may want
 * @property {Service} service          that was searched, or will be
 * @property {boolean} access           may the extension talk to it?
 * @property {boolean} popup
 * @property {{id: string, picture: Blob}[]} recent
 */

const PAINT_INTERVAL_MS = 250; // the grid comes to rest between two paints, and scoring gets the processor
const RECENT = 6;

export class Store {
  /** @type {View} */
  view = { page: 'opening', engine: 'idle', session: null, problem: null, address: '', service: 'flickr_feed', access: true, popup: isPopup(), recent: [] };
  #engine = new EngineClient();
  #windowId = -1;
  #private = false;
  /** @type {string | null} the search a tab was opened for */
  #pinned = null;
  /** @type {string | null} the search to show, be it stored already or on its way */
  #wanted = null;
  #turn = 0;
  #lastPaint = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #paintTimer;
  #listener;

  /** @param {(view: View) => void} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  /** Does this page belong to a private window? */
  get isPrivate() {
    return this.#private;
  }

  /** @param {Partial<View>} changes */
  #set(changes) {
    this.view = { ...this.view, ...changes };
    const searched = changes.session && serviceOf(changes.session);
    if (searched && searched !== this.view.service) void this.#concern(searched);
    const wait = this.#lastPaint + PAINT_INTERVAL_MS - performance.now();
    this.#paintTimer ??= setTimeout(() => {
      this.#paintTimer = undefined;
      this.#lastPaint = performance.now();
      this.#listener(this.view);
    }, Math.max(0, wait));
  }

  /** @param {Service} service that the page is about from now on */
  async #concern(service) {
    this.#set({ service, access: true });
    const access = await hasAccess(service);
    if (this.view.service === service) this.#set({ access });
  }

  /** The same with the service of the settings, unless a search is shown that has its own. */
  async #concernChosen() {
    const { service } = await loadSettings();
    if (!this.view.session || !serviceOf(this.view.session)) await this.#concern(service);
  }

  /** Finds out what to show: the search named in the address (a tab), or this window's newest. */
  async open() {
    const query = new URLSearchParams(location.search);
    this.#pinned = query.get('session');
    [this.#windowId, this.#private] = await Promise.all([currentWindowId(), isPrivateWindow()]);
    listen({
      // A tab keeps to its own.
      onCurrent: (windowId, id) => { if (this.view.popup && windowId === this.#windowId) void this.#show(id); },
      // Also while an earlier search is still on the page: this one's picture may come before it is shown as awaited.
      onSignal: (id) => { if (id === this.#wanted && id !== this.view.session?.id) void this.#load(id, false); },
    });
    onForget(() => this.#forget());
    void this.#concernChosen();
    const id = this.#pinned ?? (query.has('start') ? undefined : await currentSession(this.#windowId));
    if (this.#wanted) return; // a click was quicker
    if (id) await this.#show(id, query.has('go'));
    else await this.#showStart(null, query.get('address') ?? '');
  }

  /** @param {Problem | null} problem @param {string} [address] */
  async #showStart(problem, address = '') {
    this.#wanted = null;
    const recent = await recentPictures(RECENT, this.#private);
    if (this.#wanted !== null) return; // a picture came meanwhile
    this.#set({ page: 'start', engine: 'idle', session: null, problem, address, recent });
    await this.#concernChosen();
  }

  /** @param {string} id @param {boolean} [goOn] */
  async #show(id, goOn = false) {
    if (this.#wanted === id) return; // told twice
    this.stop();
    this.#wanted = id;
    await this.#load(id, goOn);
  }

  /** @param {string} id @param {boolean} goOn */
  async #load(id, goOn) {
    const turn = ++this.#turn;
    const [session, signal] = await Promise.all([getSession(id), getSignal(id)]);
    if (this.#wanted !== id || this.#turn !== turn) return; // there is newer news
    if (session) {
      // A search that never began starts by itself, and one that ran when it was moved here goes on; one that was
      // interrupted waits for the user.
      if (session.ended === null && (goOn || session.budget === null)) await this.#run(session, goOn);
      else if (await isRunning(id)) await this.#follow(session);
      else this.#set({ page: 'search', engine: 'idle', session, problem: null });
    } else if (signal?.state === 'capturing') {
      this.#engine.warmUp();
      this.#set({ page: 'capturing', session: null, problem: null });
    } else {
      // Told once: the toolbar button shall not greet with an old failure.
      if (!this.#pinned) await setCurrentSession(this.#windowId, null);
      if (this.#turn !== turn) return;
      await this.#showStart(signal?.problem ?? null);
    }
  }

  /**
   * A new search with a picture of the user's.
   * @param {Blob} picture
   * @param {import('../types').PictureSource} source
   */
  async begin(picture, source) {
    this.#engine.warmUp();
    this.stop();
    const session = await createSession(newSessionId(this.#private), picture, source);
    void loadSettings().then(({ service }) => this.#concern(service));
    this.#wanted = session.id;
    if (this.#pinned) this.#pin(session.id);
    else await setCurrentSession(this.#windowId, session.id);
    await this.#run(session);
  }

  /** Shows an earlier search. @param {string} id */
  async reopen(id) {
    if (this.#pinned) this.#pin(id);
    else await setCurrentSession(this.#windowId, id);
    await this.#show(id);
  }

  /** A tab keeps its search over a reload. @param {string | null} id */
  #pin(id) {
    this.#pinned = id;
    history.replaceState(null, '', id ? `?session=${id}` : '?start');
  }

  /** Back to "choose a picture"; the search stays stored. */
  async startOver() {
    this.stop();
    if (this.#pinned) this.#pin(null);
    else await setCurrentSession(this.#windowId, null);
    await this.#showStart(null);
  }

  /** The same picture once more, as a new search: other photos will come. */
  async again() {
    const { session } = this.view;
    if (session) await this.begin(session.picture, session.source);
  }

  /** Goes on where the search ended or was interrupted. */
  async goOn() {
    if (this.view.session && this.view.engine === 'idle') await this.#run(this.view.session);
  }

  stop() {
    if (this.view.engine !== 'starting' && this.view.engine !== 'running') return;
    this.#engine.stop();
    this.#set({ engine: 'stopping' });
  }

  /** The same page with more room. A search that runs goes on there. */
  async moveToTab() {
    const { session, engine } = this.view;
    const query = session ? `?session=${session.id}${engine === 'idle' ? '' : '&go'}` : '?start';
    await openPage(POPUP_PAGE + query);
    close();
  }

  /** The user wants a picture of the page below this popup, which is in the way. */
  async pickOnPage() {
    await wantPick(await currentTab());
    close();
  }

  /** Back to the start, with an address for the user to say yes to. @param {string} address */
  async offerAddress(address) {
    if (this.view.popup) {
      await openPage(`${POPUP_PAGE}?start&address=${encodeURIComponent(address)}`);
      close();
      return;
    }
    this.stop();
    this.#pin(null);
    await this.#showStart(null, address);
  }

  /** A new search with the picture at an address; in a gesture. @param {string} address */
  async beginAt(address) {
    await this.#beginWith(pictureAt(address), 'address', address);
  }

  /** A new search with a photo that was found. @param {import('../types').Photo} photo */
  async beginFrom(photo) {
    await this.#beginWith(pictureOf(photo, this.#private), 'result');
  }

  /**
   * @param {Promise<Blob>} coming
   * @param {import('../types').PictureSource} source
   * @param {string} [address] to be offered again if it does not come
   */
  async #beginWith(coming, source, address) {
    try {
      await this.begin(await coming, source);
    } catch (error) {
      if (!(error instanceof AddressError)) throw error;
      await this.#showStart(error.problem, address);
    }
  }

  /** What was dropped or pasted cannot be searched for. @param {string} code */
  async refuse(code) {
    // A search that is shown stays; its notice would not be about it.
    if (this.view.page === 'start') await this.#showStart({ code, params: {} });
  }

  async grantAccess() {
    this.#set({ access: await requestAccess(this.view.service) });
  }

  async forgetAll() {
    await clearSessions();
    await this.#showStart(null);
  }

  /** Another page deletes all searches, this one's among them. */
  #forget() {
    this.stop();
    this.#wanted = null;
    if (this.#pinned) this.#pin(null);
    this.#set({ page: 'start', engine: 'idle', session: null, problem: null, address: '', recent: [] });
  }

  /**
   * @param {Session} from
   * @param {boolean} [wait] another page is about to hand this search over
   */
  async #run(from, wait = false) {
    const { id } = from;
    const shown = () => this.#wanted === id;
    this.#set({ page: 'search', engine: 'starting', session: { ...from, ended: null, problem: null }, problem: null });
    const mine = await runAlone(id, async () => {
      const latest = wait ? await getSession(id) ?? from : from; // the other page may have had the last word
      if (latest.ended === null || !wait) {
        await runSearch(this.#engine, latest, (session) => {
          if (shown()) this.#set({ session, engine: this.view.engine === 'starting' ? 'running' : this.view.engine });
        });
      } else if (shown()) {
        this.#set({ session: latest });
      }
    }, { wait });
    if (!mine) await this.#follow(from);
    else if (shown()) this.#set({ engine: 'idle' });
  }

  /** Shows a search that another page runs. @param {Session} session */
  async #follow(session) {
    const { id } = session;
    this.#set({ page: 'search', engine: 'elsewhere', session, problem: null });
    const show = async () => {
      const latest = await getSession(id);
      if (latest && this.#wanted === id) this.#set({ session: latest });
    };
    await follow(id, show);
    await show();
    if (this.#wanted === id && this.view.engine === 'elsewhere') this.#set({ engine: 'idle' });
  }
}
