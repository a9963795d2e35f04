/* Nothing typed is lost: what has not been sent when the page is left is sent then. */
(() => {
  const { all } = window.lantai;
  const dirty = new Set();
  for (const kind of ['input', 'change']) document.addEventListener(kind, e => { const f = e.target.closest && e.target.closest('form[data-keep]'); if (f && e.target.type !== 'password') dirty.add(f); });
  document.addEventListener('htmx:afterRequest', e => { if (e.detail.successful && e.detail.elt.matches('form[data-keep]')) dirty.delete(e.detail.elt); });
  document.addEventListener('submit', e => { dirty.delete(e.target); leave(); });
  document.addEventListener('click', e => { if (e.target.closest('a[href]')) leave(); }, true); // before the next page is asked for, which may show it
  function leave() {
    for (const form of dirty) {
      const data = new FormData(form);
      for (const field of all('input[type=password], input[type=file]', form)) data.delete(field.name);
      navigator.sendBeacon(form.dataset.keep, data);
    }
    dirty.clear();
  }
  addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => { if (document.hidden) leave(); });
})();
