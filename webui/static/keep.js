/* Nothing typed is lost: what has not been sent when the page is left is sent then. */
(() => {
  const { all } = window.lantai;
  const PATIENCE_MS = 3000;
  const dirty = new Set();
  let going = false;
  for (const kind of ['input', 'change']) document.addEventListener(kind, e => { const f = e.target.closest && e.target.closest('form[data-keep]'); if (f && e.target.type !== 'password') dirty.add(f); });
  document.addEventListener('htmx:afterRequest', e => { if (e.detail.successful && e.detail.elt.matches('form[data-keep]')) dirty.delete(e.detail.elt); });
  document.addEventListener('submit', e => { dirty.delete(e.target); leave(beacon); });

  const beacon = (url, data) => navigator.sendBeacon(url, data);
  const post = (url, body) => fetch(url, { method: 'POST', body, keepalive: true }).catch(() => {});
  function leave(send) {
    const sent = [...dirty].map(form => {
      const data = new FormData(form);
      for (const field of all('input[type=password], input[type=file]', form)) data.delete(field.name);
      return send(form.dataset.keep, data);
    });
    dirty.clear();
    return Promise.all(sent);
  }
  const staysHere = (e, link) => e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey || link.target || link.hasAttribute('download') || link.origin !== location.origin || link.getAttribute('href').startsWith('#');
  addEventListener('click', e => { // the next page may show these words: it is asked for when they have arrived
    const link = e.target.closest('a[href]');
    if (!link || !going && !dirty.size) return;
    if (staysHere(e, link)) { leave(beacon); return; }
    e.preventDefault();
    if (going) return;
    going = true;
    Promise.race([leave(post), new Promise(done => { setTimeout(done, PATIENCE_MS); })]).then(() => { location.assign(link.href); });
  });
  addEventListener('pageshow', () => { going = false; });
  addEventListener('pagehide', () => leave(beacon));
  document.addEventListener('visibilitychange', () => { if (document.hidden) leave(beacon); });
})();
