// @ts-check
/**
 * Context menu and keyboard: gets the picture that is meant and hands it over to the popup. Computes nothing itself, but in
 * Firefox its page keeps the engine.
 */
import { CHANNEL } from './engine/warm.js';
import { POPUP_PAGE, api, hasAccess, hostEngineInBackground, openEngineHost, openPage, openPopup } from './lib/browser.js';
import { CaptureError, beginPick, capturePicked, capturePicture } from './lib/capture.js';
import { menuTitle, t } from './lib/i18n.js';
import { requestFor } from './lib/request.js';
import { scoreInForce } from './lib/scores.js';
import { clearPrivateSessions, createSession, isPrivateSession, newSessionId } from './lib/sessions.js';
import { loadSettings } from './lib/settings.js';
import { announceCapture, announcePick, forgetPrivateSignals, listenForPicks, sendSignal } from './lib/signals.js';

const MENU_ITEM = 'find-similar';
const WELCOME_PAGE = 'welcome/welcome.html';
const SELECT_AREA = 'select-area';

// Once, not at updates.
api.runtime.onInstalled.addListener(({ reason }) => { if (reason === 'install') void openPage(WELCOME_PAGE); });

/** The entry names the service that will be searched. */
const currentTitle = async () => menuTitle((await loadSettings()).service);

// Firefox for Android has neither menus nor commands.
if (api.contextMenus) {
  api.runtime.onInstalled.addListener(async () => {
    await api.contextMenus.removeAll();
    // On pictures only. Elsewhere there is nothing to find most of the time, and an entry would be in the way; what the
    // browser does not take for a picture (a canvas, a background) is picked by the toolbar button or the shortcut.
    api.contextMenus.create({ id: MENU_ITEM, title: await currentTitle(), contexts: ['image', 'video'] });
    api.contextMenus.create({ id: SELECT_AREA, title: t('command_select_area'), contexts: ['action'] });
  });

  api.storage.onChanged.addListener(async (changes, area) => {
    if (area === 'local' && (changes.service || changes.key)) await api.contextMenus.update(MENU_ITEM, { title: await currentTitle() }).catch(() => {}); // it may not be made yet
  });

  api.contextMenus.onClicked.addListener((info, tab) => {
    if (info.menuItemId !== MENU_ITEM) return void pick(tab);
    const opened = openPopup(); // before anything that waits: the user's gesture is lost after it
    void handOver(tab, opened, () => capturePicture(info, tab));
  });
}
api.commands?.onCommand.addListener((command, tab) => { if (command === SELECT_AREA) void pick(tab); });
listenForPicks({
  onWanted: pick,
  onPicked: (answer, tab) => handOver(tab, openPopup(), () => capturePicked(answer, tab)),
});

// Not imported above: a service worker would load in vain, at every click, what only a page can use.
hostEngineInBackground(async (model) => (await import('./engine/host.js')).hostEngine(model));

// The last private window takes along all that was done in private windows.
api.windows?.onRemoved.addListener(async () => {
  if ((await api.windows.getAll()).some(({ incognito }) => incognito)) return;
  await Promise.all([clearPrivateSessions(), forgetPrivateSignals()]);
});

/**
 * Lets the user pick a picture or an area of the page. The popup would cover the page, so it has to wait.
 * @param {chrome.tabs.Tab | undefined} tab
 */
async function pick(tab) {
  try {
    await announcePick(tab?.id ?? -1);
    await beginPick(tab);
  } catch (error) {
    await handOver(tab, openPopup(), () => Promise.reject(error));
  }
}

/**
 * Tells the popup, or a tab where the browser refused to open one, of a picture that is on its way.
 * @param {chrome.tabs.Tab | undefined} tab
 * @param {Promise<boolean>} opened
 * @param {() => Promise<import('./lib/capture.js').Captured>} capture
 */
async function handOver(tab, opened, capture) {
  void loadSettings().then(({ model }) => openEngineHost(model)); // it starts while the picture is on its way
  const id = newSessionId(tab?.incognito ?? false);
  await announceCapture(tab?.windowId ?? -1, id);
  try {
    const { picture, source } = await capture();
    const session = await createSession(id, picture, source).catch(() => { throw new CaptureError('picture_not_kept'); });
    void beginEarly(session).catch(() => {}); // what goes wrong, its page will see
    await sendSignal(id, { state: 'ready', problem: null });
  } catch (error) {
    const code = error instanceof CaptureError ? error.code : 'capture_failed';
    await sendSignal(id, { state: 'failed', problem: { code, params: {} } });
  }
  // Only now: a tab opened earlier would be what the screenshot shows.
  if (!await opened) await openPage(`${POPUP_PAGE}?session=${id}`, tab);
}

/**
 * While the popup is being opened, a warm engine can look at the picture and ask the first questions.
 * @param {import('./types').Session} session
 */
async function beginEarly(session) {
  const settings = await loadSettings();
  if (isPrivateSession(session.id) || !await hasAccess(settings.service)) return;
  const score = await scoreInForce(settings);
  if (score.code !== null) return; // it runs in the page's closed room
  const request = await requestFor(session, settings, settings, score);
  const channel = new BroadcastChannel(CHANNEL); // one of its own: in Firefox the host is in this page, too
  channel.postMessage({ begin: request });
  channel.close();
}
