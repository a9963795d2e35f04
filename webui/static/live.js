/* One event stream for all tabs. A notice says only that a topic changed; the page reads it again. */
(() => {
  const { one, all, say } = window.lantai;
  const busy = new WeakMap();

  function refresh(part) {
    if (busy.has(part)) { busy.set(part, true); return; }
    busy.set(part, false);
    const id = part.id;
    window.htmx.ajax('GET', part.dataset.refreshUrl, { target: part, swap: 'outerHTML' }).catch(() => {}).then(() => {
      const again = busy.get(part);
      busy.delete(part);
      const now = document.getElementById(id);
      if (now && now.dataset.say) say(now.dataset.say);
      if (now && now.dataset.count !== undefined) mark(now.dataset.count);
      if (again && now) refresh(now);
    });
  }
  window.lantai.refresh = refresh;
  const refreshAll = topic => all('[data-refresh]').filter(p => !topic || p.dataset.refresh === 'any' || p.dataset.refresh === topic).forEach(refresh);
  const title = document.title;
  function mark(count) { document.title = document.hidden && count > 0 ? `(${count}) ${title}` : title; }
  document.addEventListener('visibilitychange', () => mark(0));

  function light(state) {
    const lamp = one('[data-live]');
    if (!lamp || lamp.dataset.state === 'ended') return;
    lamp.dataset.state = state;
    one('span', lamp).textContent = lamp.dataset['word' + state[0].toUpperCase() + state.slice(1)];
  }
  document.addEventListener('htmx:responseError', e => { if (e.detail.xhr.status === 401) light('ended'); });
  document.addEventListener('htmx:beforeSwap', e => { if (e.detail.xhr.status === 401) { e.detail.shouldSwap = false; light('ended'); } });

  function listen(url, tell) {
    const source = new EventSource(url);
    // Whatever happened before the line was open is read once, on every tab.
    source.addEventListener('hello', () => { tell({ state: 'live' }); tell({ topic: '' }); });
    source.addEventListener('change', e => tell({ topic: e.data }));
    source.onerror = () => { tell({ state: 'lost' }); if (source.readyState === 2) { source.close(); setTimeout(() => listen(url, tell), 2000); } };
    addEventListener('pagehide', () => source.close());
  }

  function start() {
    const lamp = one('[data-live]');
    if (!lamp) return;
    const heard = m => { if (m.state) light(m.state); if (m.topic !== undefined) refreshAll(m.topic); };
    if (!navigator.locks || !window.BroadcastChannel) { listen(lamp.dataset.liveUrl, heard); return; }
    const channel = new BroadcastChannel('lantai-live');
    let state = '';
    channel.onmessage = e => { if (e.data.ask) { if (state) channel.postMessage({ state, topic: '' }); } else heard(e.data); };
    channel.postMessage({ ask: true });
    navigator.locks.request('lantai-live', () => new Promise(() => {
      listen(lamp.dataset.liveUrl, m => { if (m.state) state = m.state; heard(m); channel.postMessage(m); });
    }));
  }
  document.addEventListener('DOMContentLoaded', start);
})();
