// @ts-check
/** What the result page knows and what it can do, without how it looks. One search is shown at a time. */
import { EngineClient } from '../engine/client.js';
import { currentWindowId, hasAccess, isPopup, isPrivateWindow, requestAccess } from '../lib/browser.js';
import { follow, isRunning, onForget, runAlone } from '../lib/running.js';
import { serviceOf } from '../lib/session.js';
import { clearSessions, createSession, getSession, newSessionId, recentPictures, remembered, removeSession } from '../lib/sessions.js';
import { loadSettings, saveSettings } from '../lib/settings.js';
import { currentSession, getSignal, listen, setCurrentSession } from '../lib/signals.js';
import { runSearch } from './run.js';
import { EMPTY, Painted } from './view.js';

/** @typedef {import('../types').Session} Session */
/** @typedef {import('../types').Problem} Problem */
/** @typedef {import('../types').Service} Service */
/** @typedef {import('./view.js').View} View */

const RECENT = 6;

export class Store extends Painted {
  #engine = new EngineClient();
  #windowId = -1;
  /** @type {string | null} the search a tab was opened for */
  #pinned = null;
  /** @type {string | null} the search to show, be it stored already or on its way */
  #wanted = null;
  #turn = 0;
  #ran = Promise.resolve();

  /** @param {(view: View) => void} listener */
  constructor(listener) {
    super({ ...EMPTY, popup: isPopup() }, listener);
  }

  /** @param {Partial<View>} changes */
  set(changes) {
    super.set(changes);
    const searched = changes.session && serviceOf(changes.session);
    if (searched && searched !== this.view.service) void this.#concern(searched);
  }

  /** @param {Service} service that the page is about from now on */
  async #concern(service) {
    this.set({ service, access: true });
    const access = await hasAccess(service);
    if (this.view.service === service) this.set({ access });
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
    const [windowId, isPrivate, { excluded, days }] = await Promise.all([currentWindowId(), isPrivateWindow(), loadSettings()]);
    this.#windowId = windowId;
    this.set({ isPrivate, excluded, days });
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
    if (query.has('history')) await this.showHistory();
    else if (id) await this.#show(id, query.has('go'));
    else await this.showStart(null, query.get('address') ?? '');
  }

  /** @param {Problem | null} problem @param {string} [address] */
  async showStart(problem, address = '') {
    this.#wanted = null;
    const recent = await recentPictures(RECENT, this.view.isPrivate);
    if (this.#wanted !== null) return; // a picture came meanwhile
    this.set({ page: 'start', engine: 'idle', session: null, problem, address, recent });
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
    const [session, signal] = await Promise.all([getSession(id), getSignal(id).then((told) => {
      if (told?.state === 'capturing') this.#engine.warmUp(); // without waiting for the disk
      return told;
    })]);
    if (this.#wanted !== id || this.#turn !== turn) return; // there is newer news
    if (session) {
      // A search that never began starts by itself, and one that ran when it was moved here goes on; one that was
      // interrupted waits for the user.
      if (session.ended === null && (goOn || session.budget === null)) await this.#run(session, goOn);
      else if (await isRunning(id)) await this.#follow(session);
      else this.set({ page: 'search', engine: 'idle', session, problem: null });
    } else if (signal?.state === 'capturing') {
      this.set({ page: 'capturing', session: null, problem: null });
    } else {
      // Told once: the toolbar button shall not greet with an old failure.
      if (!this.#pinned) await setCurrentSession(this.#windowId, null);
      if (this.#turn !== turn) return;
      await this.showStart(signal?.problem ?? null);
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
    this.set({ refused: null });
    const session = await createSession(newSessionId(this.view.isPrivate), picture, source);
    void loadSettings().then(({ service }) => this.#concern(service));
    this.#wanted = session.id;
    await this.#keepCurrent(session.id);
    await this.#run(session);
  }

  /** Shows an earlier search. @param {string} id */
  async reopen(id) {
    await this.#keepCurrent(id);
    await this.#show(id);
  }

  /** A popup shows its window's newest search when it is opened again; a tab keeps its own over a reload. @param {string | null} id */
  async #keepCurrent(id) {
    if (!this.#pinned) return setCurrentSession(this.#windowId, id);
    this.#pinned = id;
    history.replaceState(null, '', id ? `?session=${id}` : '?start');
  }

  /** Back to "choose a picture"; the search stays stored. @param {Problem | null} [problem] @param {string} [address] */
  async startOver(problem = null, address = '') {
    this.stop();
    await this.#keepCurrent(null);
    await this.showStart(problem, address);
  }

  /** All searches that are kept. */
  async showHistory() {
    this.stop();
    this.#wanted = null;
    await this.#keepCurrent(null);
    this.set({ page: 'history', engine: 'idle', session: null, problem: null, history: await remembered(this.view.isPrivate) });
  }

  /** Forgets one search. @param {string} id */
  async forget(id) {
    await removeSession(id);
    this.set({ history: this.view.history.filter((one) => one.id !== id) });
  }

  /** The same picture once more, as a new search: other photos will come. */
  async again() {
    const { session } = this.view;
    if (session) await this.begin(session.picture, session.source);
  }

  /** The same picture once more, with photos of another time, in this search and in later ones. @param {number | null} days */
  async uploadedWithin(days) {
    this.set({ days });
    if (!this.view.isPrivate) await saveSettings({ days });
    await this.again();
  }

  /** Goes on where the search ended or was interrupted. */
  async goOn() {
    if (this.view.session && this.view.engine === 'idle') await this.#run(this.view.session);
  }

  stop() {
    if (this.view.engine !== 'starting' && this.view.engine !== 'running') return;
    this.#engine.stop();
    this.set({ engine: 'stopping' });
  }

  /**
   * Leaves out photos with a tag, in this search and in later ones; a search that runs goes on without it. In a private
   * window nothing is written, so it is only for as long as the page is open.
   * @param {string} tag
   */
  exclude(tag) {
    return this.#setExcluded([...this.view.excluded.filter((other) => other !== tag), tag], tag);
  }

  /** Takes that back. @param {string} tag */
  allow(tag) {
    return this.#setExcluded(this.view.excluded.filter((other) => other !== tag), null);
  }

  /** @param {string[]} excluded @param {string | null} refused */
  async #setExcluded(excluded, refused) {
    const running = this.view.engine === 'starting' || this.view.engine === 'running';
    this.set({ excluded, refused });
    if (!this.view.isPrivate) await saveSettings({ excluded });
    if (!running) return;
    this.stop();
    await this.#ran;
    await this.goOn();
  }

  async grantAccess() {
    this.set({ access: await requestAccess(this.view.service) });
  }

  async forgetAll() {
    await clearSessions();
    if (this.view.page === 'history') this.set({ history: [] });
    else await this.showStart(null);
  }

  /** Another page deletes all searches, this one's among them. */
  #forget() {
    this.stop();
    this.#wanted = null;
    if (this.#pinned) void this.#keepCurrent(null);
    this.set({ page: 'start', engine: 'idle', session: null, problem: null, address: '', recent: [], history: [] });
  }

  /**
   * @param {Session} from
   * @param {boolean} [wait] another page is about to hand this search over
   */
  #run(from, wait = false) {
    const run = this.#runHere(from, wait);
    this.#ran = run;
    return run;
  }

  /** @param {Session} from @param {boolean} wait */
  async #runHere(from, wait) {
    const { id } = from;
    const shown = () => this.#wanted === id;
    this.set({ page: 'search', engine: 'starting', booted: false, session: { ...from, ended: null, problem: null }, problem: null });
    const mine = await runAlone(id, async () => {
      void this.#engine.ready().then(() => { if (shown()) this.set({ booted: true }); }, () => {});
      const latest = wait ? await getSession(id) ?? from : from; // the other page may have had the last word
      if (latest.ended === null || !wait) {
        await runSearch(this.#engine, latest, this.view, (session) => {
          if (shown()) this.set({ session, engine: this.view.engine === 'starting' ? 'running' : this.view.engine });
        });
      } else if (shown()) {
        this.set({ session: latest });
      }
    }, { wait });
    if (!mine) await this.#follow(from);
    else if (shown()) this.set({ engine: 'idle' });
  }

  /** Shows a search that another page runs. @param {Session} session */
  async #follow(session) {
    const { id } = session;
    this.set({ page: 'search', engine: 'elsewhere', session, problem: null });
    const show = async () => {
      const latest = await getSession(id);
      if (latest && this.#wanted === id) this.set({ session: latest });
    };
    await follow(id, show);
    await show();
    if (this.#wanted === id && this.view.engine === 'elsewhere') this.set({ engine: 'idle' });
  }
}
