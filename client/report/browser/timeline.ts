/** A page of twenty thousand rows opens slowly: what is more than this is drawn when it is asked for. */
const ROWS_AT_FIRST = 2_000;
const ROWS_PER_STEP = 1_000;

interface TimelineView {
  /** Draws those of the targets that are chosen, by their place in the page's list. */
  readonly draw: (chosen: readonly number[]) => void;
  /** Draws every row, for paper. */
  readonly drawAll: () => void;
}

function createTimeline(page: ShownPage, showTarget: (at: number) => void): TimelineView {
  const body = byId('timeline');
  const waves = element('div', 'tl-waves');
  const overview = createOverview(page);
  body.append(axisOf(page), bandsOf(page), ...laneOf(page), overview.node, waves);
  let groups: readonly WaveGroup[] = [];

  function draw(chosen: readonly number[]) {
    let room = ROWS_AT_FIRST;
    overview.draw(chosen);
    groups = page.waves.flatMap((_wave, nth) => {
      const own = chosen.filter((at) => page.targets[at]?.wave === nth);
      if (own.length === 0) return [];
      // A wave begins with all of its rows, or none: half of them would look like all.
      const isOpen = own.length <= room || room === ROWS_AT_FIRST;
      if (isOpen) room -= own.length;
      return [createGroup(page, { nth, own, isOpen, showTarget })];
    });
    const nothing = element('p', 'tl-nothing', 'No target is chosen.');
    waves.replaceChildren(...(groups.length > 0 ? groups.map(({ node }) => node) : [nothing]));
  }
  return { draw, drawAll: () => groups.forEach((group) => group.drawAll()) };
}

interface WaveGroup {
  readonly node: HTMLElement;
  readonly drawAll: () => void;
}

function createGroup(
  page: ShownPage,
  given: {
    readonly nth: number;
    readonly own: readonly number[];
    readonly isOpen: boolean;
    readonly showTarget: (at: number) => void;
  },
): WaveGroup {
  const { nth, own, isOpen, showTarget } = given;
  const wave = page.waves[nth];
  const all = page.targets.filter((target) => target.wave === nth).length;
  const shownOf = own.length < all ? `${own.length} of ${all} shown` : (wave?.words ?? '');
  const rows = element('ol', 'tl-rows');
  const more = element('button', 'more');
  more.type = 'button';
  const head = element(
    'summary',
    'tl-wave',
    element(
      'span',
      'tl-wave-words',
      element('bdi', 'tl-wave-name', wave?.name ?? ''),
      element('span', 'tl-wave-counts', shownOf),
    ),
    element('span', 'tl-wave-plot', spanOf(page, own)),
  );
  const node = element('details', 'tl-group', head, rows, more);
  let drawn = 0;

  function drawUpTo(count: number) {
    const next = own.slice(drawn, count);
    rows.append(...next.map((at) => rowOf(page, at, showTarget)));
    drawn += next.length;
    more.hidden = drawn >= own.length;
    more.textContent = `Show ${Math.min(ROWS_PER_STEP, own.length - drawn)} more of ${own.length - drawn}`;
  }
  more.addEventListener('click', () => drawUpTo(drawn + ROWS_PER_STEP));
  node.addEventListener('toggle', () => {
    if (node.open && drawn === 0) drawUpTo(ROWS_PER_STEP);
  });
  more.hidden = true;
  node.open = isOpen;
  if (isOpen) drawUpTo(ROWS_AT_FIRST);
  return {
    node,
    drawAll: () => {
      node.open = true;
      drawUpTo(own.length);
    },
  };
}

/** When the first of them began, and the last one ended. */
function spanOf(page: ShownPage, own: readonly number[]): HTMLElement {
  const bars = own.flatMap((at) => page.targets[at]?.bars ?? []);
  const x0 = bars.reduce((least, [, from]) => Math.min(least, from), 1);
  const x1 = bars.reduce((most, [, , to]) => Math.max(most, to), 0);
  return placed(element('span', 'tl-wave-span'), Math.min(x0, x1), x1);
}

function rowOf(page: ShownPage, at: number, showTarget: (at: number) => void): HTMLElement {
  const target = page.targets[at];
  if (target === undefined) throw new Error(`the report has no target ${at}`);
  const name = element(
    'button',
    'tl-name',
    signOf(target.outcome),
    element('bdi', '', target.name),
  );
  name.type = 'button';
  name.title = `${target.name}: ${target.outcomeWords}`;
  name.setAttribute('aria-label', `${target.name}: ${target.outcomeWords}. Show it in the table.`);
  name.addEventListener('click', () => showTarget(at));
  const plot = element('div', 'tl-plot', ...target.bars.map(barOf));
  return element('li', `tl-row r-${target.outcome}`, name, plot);
}

function barOf([kind, x0, x1, title]: ShownBar): HTMLElement {
  const bar = placed(element('span', `bar b-${kind}`), x0, x1);
  bar.title = title;
  return bar;
}

function axisOf(page: ShownPage): HTMLElement {
  const marks = page.axis.map(({ x, time, day }) => {
    const mark = element('span', 'tick', element('span', 'tick-day', day ?? ''), time);
    mark.style.left = `${x * 100}%`;
    // In the middle over its line it would be cut at the edge.
    mark.classList.toggle('is-first', x < 0.045);
    return mark;
  });
  const unit = element('span', 'tl-unit', 'UTC');
  return element('div', 'tl-axis', unit, element('div', 'tl-plot', ...marks));
}

/** What lies behind all rows: lines of the axis, closed windows, folds. */
function bandsOf(page: ShownPage): HTMLElement {
  const lines = page.axis.map(({ x }) => placed(element('span', 'line'), x, x));
  const band = (className: string) => (each: ShownBand) => {
    const made = placed(element('span', className), each.x0, each.x1);
    made.title = each.title;
    return made;
  };
  const bands = [...page.closed.map(band('closed')), ...page.folds.map(band('fold'))];
  return element('div', 'tl-bands', element('div', 'tl-bands-plot', ...lines, ...bands));
}

/** What the whole rollout waited for; nothing if it did not. */
function laneOf(page: ShownPage): readonly HTMLElement[] {
  if (page.waits.length === 0) return [];
  const waits = page.waits.map(([reason, x0, x1, title]) => {
    const wait = placed(element('span', `wait w-${reason}`), x0, x1);
    // The words of what is too narrow for them are in its title.
    if (x1 - x0 > 0.06) wait.append(WAITS[reason] ?? reason);
    wait.title = title;
    return wait;
  });
  const name = element('span', 'tl-lane-name', 'whole rollout');
  return [element('div', 'tl-lane', name, element('div', 'tl-plot', ...waits))];
}

const WAITS: Readonly<Record<string, string>> = {
  paused: 'paused',
  budgetExhausted: 'budget',
  gate: 'gate',
  bake: 'bake',
  window: 'window closed',
  cloudAccess: 'no access',
};
