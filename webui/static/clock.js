/* Every clock on the page counts from the server's clock: the page's own may be wrong. */
(() => {
  const { one, all } = window.lantai;
  let offset = 0;
  window.lantai.offset = () => offset;
  const two = n => String(n).padStart(2, '0');
  const text = s => (s >= 3600 ? Math.floor(s / 3600) + ':' + two(Math.floor(s / 60) % 60) : two(Math.floor(s / 60))) + ':' + two(s % 60);
  const level = left => left < 0 ? 'over' : left < 120 ? 'hot' : left < 300 ? 'warm' : 'ok';

  function tick() {
    const now = Date.now() + offset;
    for (const box of all('[data-deadline]')) {
      const left = Math.round((box.dataset.deadline - now) / 1000), face = one('[data-clock]', box), bar = one('progress', box);
      const words = (left < 0 ? box.dataset.late + ' ' : '') + text(Math.abs(left));
      if (face.textContent !== words) face.textContent = words;
      if (face.dataset.level !== level(left)) face.dataset.level = level(left);
      if (bar) { bar.value = Math.max(0, left); bar.dataset.level = level(left); }
    }
  }

  document.addEventListener('DOMContentLoaded', () => {
    offset = Number(document.body.dataset.now) - Date.now();
    tick();
    setInterval(tick, 1000);
  });
  document.addEventListener('htmx:afterSettle', tick);
  document.addEventListener('visibilitychange', tick);
})();
