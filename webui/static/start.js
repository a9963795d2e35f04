/* Shared by the parts below. No sentence is written here: words come from data attributes. */
window.lantai = (() => {
  const one = (selector, root) => (root || document).querySelector(selector);
  const all = (selector, root) => [...(root || document).querySelectorAll(selector)];
  const typing = target => target.closest && target.closest('input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]');
  const quiet = e => e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.keyCode === 229;

  let said = 0, waiting = '', timer = 0;
  function say(text) { // one message in ten seconds at most; the newest wins
    if (!text) return;
    waiting = text;
    if (timer) return;
    timer = setTimeout(() => { timer = 0; said = Date.now(); one('#say').textContent = waiting; }, Math.max(0, said + 10000 - Date.now()));
  }

  function focusSummary() {
    const summary = one('[data-focus]');
    if (summary) summary.focus();
  }
  document.addEventListener('DOMContentLoaded', focusSummary);
  document.addEventListener('htmx:afterSwap', e => { const s = one('[data-focus]', e.target); if (s) s.focus(); });
  return { one, all, typing, quiet, say };
})();
