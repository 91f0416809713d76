// @ts-check
/** The context menu: opens the popup at once and hands the clicked picture over to it. Computes nothing itself. */
import { POPUP_PAGE, api, openPage, openPopup } from './lib/browser.js';
import { CaptureError, capturePicture } from './lib/capture.js';
import { t } from './lib/i18n.js';
import { createSession, newSessionId } from './lib/sessions.js';
import { announceCapture, sendSignal } from './lib/signals.js';

const MENU_ITEM = 'find-similar';

// Firefox for Android has no context menus.
if (api.contextMenus) {
  api.runtime.onInstalled.addListener(async () => {
    await api.contextMenus.removeAll();
    api.contextMenus.create({ id: MENU_ITEM, title: t('menu_find_similar'), contexts: ['image', 'video'] });
  });

  api.contextMenus.onClicked.addListener((info, tab) => {
    if (info.menuItemId !== MENU_ITEM) return;
    const opened = openPopup(); // before anything that waits: the user's gesture is lost after it
    void handOver(newSessionId(), info, tab, opened);
  });
}

/**
 * @param {string} id
 * @param {chrome.contextMenus.OnClickData} info
 * @param {chrome.tabs.Tab | undefined} tab
 * @param {Promise<boolean>} opened
 */
async function handOver(id, info, tab, opened) {
  await announceCapture(tab?.windowId ?? -1, id);
  try {
    const { picture, source } = await capturePicture(info, tab);
    await createSession(id, picture, source);
    await sendSignal(id, { state: 'ready', problem: null });
  } catch (error) {
    const code = error instanceof CaptureError ? error.code : 'capture_failed';
    await sendSignal(id, { state: 'failed', problem: { code, params: {} } });
  }
  // Only now: a tab opened earlier would be what the screenshot shows.
  if (!await opened) await openPage(`${POPUP_PAGE}?session=${id}`, tab);
}
