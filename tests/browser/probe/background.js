// Says what the browser allows: the answers are what the tests of the drivers look at.
const api = globalThis.browser ?? globalThis.chrome;
const text = (error) => `refused: ${error.message}`;

globalThis.access = async (frame = 0) => {
  const [tab] = await api.tabs.query({ active: true, lastFocusedWindow: true });
  const target = { tabId: tab.id, frameIds: [frame] };
  const title = api.scripting.executeScript({ target, func: () => document.title }).then(([r]) => r.result, text);
  const capture = api.tabs.captureVisibleTab(tab.windowId, { format: 'png' }).then((url) => url.slice(0, 14), text);
  return { title: await title, capture: await capture };
};

api.runtime.onInstalled.addListener(() => {
  api.contextMenus.create({ id: 'probe', title: 'Probe this picture', contexts: ['image'] });
});

api.contextMenus.onClicked.addListener(async ({ menuItemId, srcUrl, frameId }) => {
  const opened = api.action.openPopup(); // before any await: Firefox forgets the click after one
  const popup = await opened.then(() => 'opened', text);
  await api.storage.local.set({ clicked: { menuItemId, srcUrl, popup, ...(await globalThis.access(frameId)) } });
});
