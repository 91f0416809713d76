"""JavaScript that runs in Firefox's own window: what WebDriver BiDi does not reach, and where it is told how to.

BiDi lists tabs only. An extension's popup and its event page are ``<browser>`` elements too, and every BiDi command
(scripts, input, screenshots, files) works on them once the remote agent finds them by their id: ``ADOPT_VIEWS`` adds
the extension's views to its search. It touches the automation's bookkeeping, nothing that the extension could notice.
"""

from __future__ import annotations

SHARED = "ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs').NavigableManager"
VIEWS = "[...(WebExtensionPolicy.getByID(%(id)s)?.extension?.views ?? [])]"

ADOPT_VIEWS = f"""(() => {{
  const manager = {SHARED};
  const original = manager.getBrowserById;
  const views = () => {VIEWS}.map(view => view.xulBrowser).filter(browser => browser?.browsingContext);
  manager.getBrowserById = id =>
    original.call(manager, id) ?? views().find(browser => manager.getIdForBrowser(browser) === id) ?? null;
}})()"""

# A popup counts once its panel is open: until then its document may move from one <browser>, and so one id, to another.
# [{type: "popup" | "background" | "tab"…, id: BiDi context, url}]
LIST_VIEWS = f"""(() => {{
  const manager = {SHARED};
  const there = ({{viewType, xulBrowser}}) =>
    xulBrowser?.browsingContext && (viewType !== 'popup' || xulBrowser.closest('panel')?.state === 'open');
  return {VIEWS}.filter(there).map(view => {{
    view.xulBrowser.permanentKey ??= {{}};  // what the manager hangs an id on; only tabs have one by themselves
    return {{type: view.viewType, id: manager.getIdForBrowser(view.xulBrowser), url: view.xulBrowser.currentURI.spec}};
  }});
}})()"""

# Every request is seen in the parent process before it leaves; who asked for it is known there.
LOG_REQUESTS = """(() => {
  window.driverSent = [];
  Services.obs.addObserver(channel => {
    channel.QueryInterface(Ci.nsIHttpChannel);
    const {triggeringPrincipal, loadingPrincipal} = channel.loadInfo;
    const ours = [triggeringPrincipal, loadingPrincipal].some(who => who?.originNoSuffix === %(origin)s);
    if (ours) window.driverSent.push({method: channel.requestMethod, url: channel.URI.spec});
  }, 'http-on-modify-request');
})()"""
SENT = "window.driverSent"

ALLOW_PRIVATE = """(async id => {
  const {ExtensionPermissions} = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
  const {AddonManager} = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
  await ExtensionPermissions.add(id, {permissions: ['internal:privateBrowsingAllowed'], origins: []});
  await (await AddonManager.getAddonByID(id)).reload();
})(%(id)s)"""
OPEN_PRIVATE = """(async url => {
  const opened = OpenBrowserWindow({private: true});
  await new Promise(done => opened.addEventListener('load', done, {once: true}));
  await opened.delayedStartupPromise;
  opened.gBrowser.selectedTab = opened.gBrowser.addTrustedTab(url);
  opened.gBrowser.removeTab(opened.gBrowser.tabs[0]);
})(%(url)s)"""

HOST_OF = "WebExtensionPolicy.getByID(%(id)s).mozExtensionHostname"

HIDE_POPUP = """document.querySelector('.webextension-popup-browser')?.closest('panel')?.hidePopup()"""

WAKE_BACKGROUND = "WebExtensionPolicy.getByID(%(id)s).extension.wakeupBackground?.().then(() => true)"

# Consoles: BiDi tells of tabs only. Console calls are seen in each process, errors in the parent's console service.
WATCH_CONSOLES = """(() => {
  window.driverMessages = [];
  Services.ppmm.addMessageListener('driver:console', ({data}) => void window.driverMessages.push(data));
  const script = () => {
    if (Services.appinfo.processType === Services.appinfo.PROCESS_TYPE_DEFAULT) return;
    const storage = Cc['@mozilla.org/consoleAPI-storage;1'].getService(Ci.nsIConsoleAPIStorage);
    storage.addLogEventListener(call => {
      const text = Array.from(call.arguments, part => {
        try { return typeof part === 'object' ? String(part?.message ?? JSON.stringify(part)) : String(part); }
        catch { return '(something that cannot be shown)'; }
      }).join(' ');
      const said = {level: call.level, text, source: call.filename, kind: 'console'};
      Services.cpmm.sendAsyncMessage('driver:console', said);
    }, Cc['@mozilla.org/systemprincipal;1'].createInstance(Ci.nsIPrincipal));
  };
  Services.ppmm.loadProcessScript('data:,' + encodeURIComponent(`(${script})()`), true);
  Services.console.registerListener({observe: message => {
    if (!(message instanceof Ci.nsIScriptError)) return;
    const level = message.flags & Ci.nsIScriptError.warningFlag ? 'warning' : 'error';
    const kind = message.category.includes('javascript') ? 'exception' : 'log';
    window.driverMessages.push({level, text: message.errorMessage, source: message.sourceName, kind});
  }});
})()"""
TAKE_MESSAGES = "window.driverMessages.splice(0)"

FIND_BUTTON = "[...document.querySelectorAll('.unified-extensions-item-action-button')]"
FIND_BUTTON += ".find(button => button.dataset.extensionid === %(id)s)"
# By the widget's name, as Firefox makes it: the button itself is in no document before the extensions' menu was open.
PIN_BUTTON = f"""(() => {{
  const name = %(id)s.toLowerCase().replace(/[^a-z0-9_-]/g, '_') + '-browser-action';
  CustomizableUI.addWidgetToArea(name, CustomizableUI.AREA_NAVBAR);
  return Boolean({FIND_BUTTON});
}})()"""
# A click on the element, as BiDi has no mouse for the browser's own window.
CLICK_BUTTON = f"{FIND_BUTTON}.click()"

# The shortcut's own element in the window, as BiDi has no keyboard for it.
PRESS_SHORTCUT = """(() => {
  const keys = [...document.querySelectorAll('keyset[id^=ext-keyset] > key')];
  const modifiers = key => key.getAttribute('modifiers').split(/[ ,]+/).sort().join();
  keys.find(key => key.getAttribute('key') === %(key)s && modifiers(key) === %(modifiers)s.sort().join()).doCommand();
})()"""

ANSWER = """(() => {
  const question = document.querySelector('#notification-popup > popupnotification');
  question?.[%(button)s]?.click();
  return Boolean(question);
})()"""

# true once the entry has been chosen; what the menu holds if the entry is not in it; null while the menu is not open
CHOOSE = """(async title => {
  const menu = document.getElementById('contentAreaContextMenu');
  if (menu.state !== 'open') return null;
  const entries = [...menu.querySelectorAll('menuitem')].filter(entry => !entry.hidden);
  const entry = entries.find(entry => entry.label === title);
  if (!entry) { menu.hidePopup(); return entries.map(entry => entry.label).join(', '); }
  if (entry.parentNode !== menu) {  // more than one entry of the extension: they are in a submenu
    const shown = new Promise(resolve => entry.parentNode.addEventListener('popupshown', resolve, {once: true}));
    entry.parentNode.parentNode.openMenu(true);
    await shown;
  }
  entry.parentNode.activateItem(entry);
  return true;
})(%(title)s)"""
