// @ts-check
/** What the result page knows and what it can do, without how it looks. One search is shown at a time. */
import { currentWindowId, hasAccess, isPopup, isPrivateWindow, privateTabs, requestAccess } from '../lib/browser.js';
import { follow, onForget, runningNow } from '../lib/running.js';
import { serviceOf } from '../lib/session.js';
import {
  clearPrivateSessions, clearSessions, createSession, getSession, isPrivateSession, newSession, newSessionId, recentPictures, remembered, removeSession,
} from '../lib/sessions.js';
import { loadSettings, saveSettings } from '../lib/settings.js';
import { currentSession, getSignal, listen, setCurrentSession } from '../lib/signals.js';
import { Runner } from './runner.js';
import { EMPTY, Painted } from './view.js';

/** @typedef {import('../types').Session} Session */
/** @typedef {import('../types').Problem} Problem */
/** @typedef {import('../types').Service} Service */
/** @typedef {import('./view.js').View} View */

const RECENT = 6;
const CAPTURE_MS = 30_000; // a picture that has not come from its page by then will not: the page hangs, or the background was ended

export class Store extends Painted {
  #runner = new Runner((run) => { if (this.#wanted === run.id) this.set({ page: 'search', problem: null, ...shownOf(run) }); });
  #windowId = -1;
  /** @type {string | null} the search a tab was opened for */
  #pinned = null;
  /** @type {string | null} the search to show, be it stored already or on its way */
  #wanted = null;
  #turn = 0;

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
    const [windowId, inPrivate, { excluded, days }] = await Promise.all([currentWindowId(), isPrivateWindow(), loadSettings()]);
    this.#windowId = windowId;
    // A private search stays one in whatever window it is shown.
    this.set({ isPrivate: inPrivate || (this.#pinned !== null && isPrivateSession(this.#pinned)), tabs: !inPrivate || privateTabs, excluded, days });
    listen({
      // A tab keeps to its own.
      onCurrent: (windowId, id) => { if (this.view.popup && windowId === this.#windowId) void this.#show(id); },
      // Also while an earlier search is still on the page: this one's picture may come before it is shown as awaited.
      onSignal: (id) => { if (id === this.#wanted && id !== this.view.session?.id) void this.#load(id, false); },
    });
    onForget((ending) => this.#forget(ending));
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
    const { run } = this.#runner;
    if (run?.id === id) return this.set({ page: 'search', problem: null, ...shownOf(run) });
    const [session, signal] = await Promise.all([getSession(id), getSignal(id).then((told) => {
      if (told?.state === 'capturing') this.#runner.warmUp(); // without waiting for the disk
      return told;
    })]);
    if (this.#wanted !== id || this.#turn !== turn) return; // there is newer news
    const left = signal?.state === 'capturing' ? signal.since + CAPTURE_MS - Date.now() : 0;
    if (session) {
      // A search that never began starts by itself, and one that ran when it was moved here goes on; one that was
      // interrupted waits for the user.
      if (session.ended === null && (goOn || session.budget === null)) await this.#start(session, goOn);
      else if ((await runningNow()).includes(id)) await this.#follow(session);
      else this.set({ page: 'search', engine: 'idle', session, problem: null });
    } else if (left > 0) {
      this.set({ page: 'capturing', session: null, problem: null });
      setTimeout(() => { if (this.#wanted === id && this.view.page === 'capturing') void this.#load(id, false); }, left + 1);
    } else {
      // Told once: the toolbar button shall not greet with an old failure.
      if (!this.#pinned) await setCurrentSession(this.#windowId, null);
      if (this.#turn !== turn) return;
      await this.showStart(signal?.state === 'capturing' ? { code: 'capture_failed', params: {} } : signal?.problem ?? null);
    }
  }

  /**
   * A new search with a picture of the user's.
   * @param {Blob} picture
   * @param {import('../types').PictureSource} source
   */
  async begin(picture, source) {
    this.#runner.warmUp();
    this.stop();
    this.set({ refused: null });
    const id = newSessionId(this.view.isPrivate);
    const session = await createSession(id, picture, source).catch((error) => {
      console.warn(error); // the disk is full, or the user has taken the storage away: it is shown, but not kept
      return { ...newSession(id, picture, source), problems: [{ code: 'not_kept', params: {} }] };
    });
    void loadSettings().then(({ service }) => this.#concern(service));
    this.#wanted = session.id;
    await this.#keepCurrent(session.id);
    await this.#start(session);
  }

  /** Shows an earlier search. @param {string} id */
  async reopen(id) {
    this.#wanted = id;
    await this.#keepCurrent(id);
    await this.#load(id, false);
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

  /** All searches that are kept. One that runs goes on meanwhile. */
  async showHistory() {
    this.#wanted = null;
    if (!this.#runner.run) await this.#keepCurrent(null);
    this.set({ page: 'history', engine: 'idle', session: null, problem: null, history: await this.#remembered() });
  }

  async #remembered() {
    const [all, running] = await Promise.all([remembered(this.view.isPrivate), runningNow()]);
    return all.map((one) => ({ ...one, running: running.includes(one.id) }));
  }

  /** Forgets one search. @param {string} id */
  async forget(id) {
    this.set({ history: this.view.history.filter((one) => one.id !== id) });
    if (this.#runner.run?.id === id) this.stop();
    await removeSession(id);
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
    const { session, engine } = this.view;
    if (session && engine !== 'elsewhere' && this.#runner.run?.id !== session.id) await this.#start(session);
  }

  stop() {
    this.#runner.stop();
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
    const { run } = this.#runner;
    const goesOn = run && run.id === this.#wanted && run.engine !== 'stopping';
    this.set({ excluded, refused });
    if (!this.view.isPrivate) await saveSettings({ excluded });
    if (!goesOn) return;
    await this.#runner.end();
    await this.goOn();
  }

  async grantAccess() {
    this.set({ access: await requestAccess(this.view.service) });
  }

  /** Deletes all searches that this page can show: a private window's are its own. */
  async forgetAll() {
    this.stop();
    await (this.view.isPrivate ? clearPrivateSessions() : clearSessions());
    if (this.view.page === 'history') this.set({ history: [] });
    else await this.showStart(null);
  }

  /** Another page deletes searches, perhaps this one's among them. @param {string} ending of their identifiers */
  #forget(ending) {
    const stays = (/** @type {{id: string}} */ { id }) => !id.endsWith(ending);
    if (this.#runner.run?.id.endsWith(ending)) this.stop();
    if (this.#wanted?.endsWith(ending)) {
      this.#wanted = null;
      if (this.#pinned) void this.#keepCurrent(null);
      this.set({ page: 'start', engine: 'idle', session: null, problem: null, address: '' });
    }
    this.set({ recent: this.view.recent.filter(stays), history: this.view.history.filter(stays) });
  }

  /**
   * Runs a search here, unless another page does.
   * @param {Session} from
   * @param {boolean} [wait] another page is about to hand it over
   */
  async #start(from, wait = false) {
    const ended = await this.#runner.start(from, this.view, wait);
    if (!ended) await this.#follow(from);
    else if (this.#wanted === from.id) this.set({ session: ended, engine: 'idle' });
    else if (this.view.page === 'history') this.set({ history: await this.#remembered() });
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

/** What is shown of a search that this page runs. @param {import('./runner.js').Run} run */
const shownOf = ({ session, engine, booted }) => ({ session, engine, booted });
