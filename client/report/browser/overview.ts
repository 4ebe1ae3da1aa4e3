/** Fewer rows are seen at a glance by themselves. */
const LEAST_IN_OVERVIEW = 60;
const OVERVIEW_HEIGHT = 160;

interface Overview {
  readonly node: HTMLElement;
  readonly draw: (chosen: readonly number[]) => void;
}

/** All chosen targets in one picture, a line for each: how the waves went, however many there are. */
function createOverview(page: ShownPage): Overview {
  const canvas = element('canvas', 'overview');
  canvas.setAttribute('role', 'img');
  const name = element('span', 'tl-lane-name', 'at a glance');
  const node = element('div', 'tl-lane tl-overview', name, element('div', 'tl-plot', canvas));
  let chosen: readonly number[] = [];

  function paint() {
    const width = canvas.clientWidth;
    const pen = canvas.getContext('2d');
    if (node.hidden || width === 0 || pen === null) return;
    const scale = devicePixelRatio || 1;
    // Wider than this no browser has to paint; it is stretched then.
    canvas.width = Math.min(width * scale, 8_000);
    canvas.height = OVERVIEW_HEIGHT * scale;
    const style = getComputedStyle(document.documentElement);
    const lineHeight = canvas.height / chosen.length;
    const lines = chosen.flatMap((at, nth) =>
      (page.targets[at]?.bars ?? []).map((bar) => ({ bar, y: nth * lineHeight })),
    );
    // What did not go well is drawn last, and thicker, or nobody would see it among a thousand; among
    // many thousands so thin that it tints what it is drawn upon, and does not hide it.
    const badHeight = Math.max(lineHeight, Math.min(2 * scale, 8 * lineHeight));
    for (const isBad of [false, true]) {
      const height = isBad ? badHeight : Math.max(1, lineHeight);
      for (const { bar, y } of lines) {
        const [kind, x0, x1] = bar;
        if (UNPAINTED.has(kind) || BAD.has(kind) !== isBad) continue;
        pen.fillStyle = style.getPropertyValue(`--${COLOURS[kind] ?? kind}`);
        const width = Math.max(1, (x1 - x0) * canvas.width);
        pen.fillRect(x0 * canvas.width, y, width, height);
      }
    }
  }
  new ResizeObserver(paint).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
  return {
    node,
    draw(next) {
      chosen = next;
      node.hidden = chosen.length < LEAST_IN_OVERVIEW;
      canvas.setAttribute(
        'aria-label',
        `${chosen.length} targets over time; the rows below tell each.`,
      );
      paint();
    },
  };
}

const COLOURS: Readonly<Record<string, string>> = {
  advanced: 'succeeded',
  running: 'inFlight',
  notSubmitted: 'look',
};

const UNPAINTED: ReadonlySet<string> = new Set(['hook', 'look', 'wait']);
const BAD: ReadonlySet<string> = new Set(['rejected', 'failed', 'unknown']);
