/* Frames a place on a page image: dragging fills the four corners, in thousandths of the page. */
(() => {
  const { one, all } = window.lantai;
  const CORNERS = ['left', 'top', 'right', 'bottom'];
  let start = null, box = null;

  const field = name => one(`[data-region-form] [data-corner="${name}"]`);
  const within = value => Math.max(0, Math.min(1000, Math.round(value * 1000)));

  function at(e, image) {
    const r = image.getBoundingClientRect();
    return [within((e.clientX - r.left) / r.width), within((e.clientY - r.top) / r.height)];
  }
  function show(e) {
    Object.assign(box.style, {
      left: `${Math.min(start.x, e.clientX)}px`, top: `${Math.min(start.y, e.clientY)}px`,
      width: `${Math.abs(e.clientX - start.x)}px`, height: `${Math.abs(e.clientY - start.y)}px`,
    });
  }
  function fill(corners) {
    CORNERS.forEach((name, place) => { field(name).value = corners[place]; });
    field('left').dispatchEvent(new Event('input', { bubbles: true })); // drawn is as good as typed: it is kept
  }
  function drop() { if (box) box.remove(); box = start = null; }

  document.addEventListener('pointerdown', e => {
    const image = e.target.closest('[data-region] [data-record]');
    // A turned page has other corners: it is turned back first.
    if (!image || e.button || /rotate\((90|180|270)deg\)/.test(image.style.transform)) return;
    e.preventDefault();
    start = { image, x: e.clientX, y: e.clientY, at: at(e, image) };
    for (const old of all('.drawn')) old.remove();
    box = document.createElement('div');
    box.className = 'drawn';
    document.body.append(box);
    show(e);
  });
  document.addEventListener('htmx:afterSwap', e => { if (e.detail.target.id === 'viewer' && field('left')) fill(['', '', '', '']); }); // another page, another place
  document.addEventListener('pointermove', e => { if (start) show(e); });
  document.addEventListener('pointercancel', drop);
  document.addEventListener('pointerup', e => {
    if (!start) return;
    const [x, y] = at(e, start.image), [fromX, fromY] = start.at;
    const corners = [Math.min(x, fromX), Math.min(y, fromY), Math.max(x, fromX), Math.max(y, fromY)];
    if (corners[2] - corners[0] < 4 || corners[3] - corners[1] < 4) return drop();
    fill(corners);
    // The server draws the frame into the picture, so that it stays when the page is enlarged.
    const src = new URL(start.image.src);
    src.searchParams.set('frame', corners.join('-'));
    start.image.addEventListener('load', drop, { once: true });
    start.image.src = src;
    start = null;
  });
})();
