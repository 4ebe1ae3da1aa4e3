const TABLE_ROWS_PER_STEP = 200;

interface TableView {
  readonly draw: (chosen: readonly number[]) => void;
  readonly drawAll: () => void;
  /** Opens the story of a target, and goes there. */
  readonly show: (at: number) => void;
}

function createTable(page: ShownPage): TableView {
  const body = byId('target-rows');
  const more = byId('target-more') as HTMLButtonElement;
  let chosen: readonly number[] = [];
  let drawn = 0;
  let byTarget = new Map<number, TableRow>();

  function drawUpTo(count: number) {
    for (const at of chosen.slice(drawn, count)) {
      const row = createRow(page, at);
      byTarget.set(at, row);
      body.append(row.line, row.story);
    }
    drawn = Math.max(drawn, Math.min(count, chosen.length));
    const left = chosen.length - drawn;
    more.hidden = left === 0;
    more.textContent = `Show ${Math.min(TABLE_ROWS_PER_STEP, left)} more of ${left}`;
  }
  more.addEventListener('click', () => drawUpTo(drawn + TABLE_ROWS_PER_STEP));

  return {
    draw(next) {
      chosen = next;
      drawn = 0;
      byTarget = new Map();
      body.replaceChildren();
      drawUpTo(TABLE_ROWS_PER_STEP);
    },
    drawAll: () => drawUpTo(chosen.length),
    show(at) {
      drawUpTo(chosen.indexOf(at) + 1);
      const row = byTarget.get(at);
      row?.open(true);
      row?.line.scrollIntoView({ block: 'center' });
      row?.line.querySelector('button')?.focus({ preventScroll: true });
    },
  };
}

interface TableRow {
  readonly line: HTMLElement;
  readonly story: HTMLElement;
  readonly open: (isOpen: boolean) => void;
}

function createRow(page: ShownPage, at: number): TableRow {
  const target = page.targets[at];
  if (target === undefined) throw new Error(`the report has no target ${at}`);
  const opener = element('button', 'opener', element('bdi', 'name', target.name));
  opener.type = 'button';
  const id = target.id === '' ? [] : [element('bdi', 'id', target.id)];
  const line = element(
    'tr',
    'target',
    element('td', '', opener, ...id),
    element('td', 'wide', element('bdi', '', page.waves[target.wave]?.name ?? '')),
    element('td', 'wide', element('bdi', '', target.upgrade)),
    element('td', `outcome t-${target.outcome}`, signOf(target.outcome), target.outcomeWords),
    element('td', 'versions', element('bdi', '', target.versions)),
    element('td', 'number wide', String(target.attemptCount)),
    element('td', 'number wide', target.took),
    element('td', 'why', element('bdi', '', target.why)),
  );
  const story = element('tr', 'story');
  story.hidden = true;

  function open(isOpen: boolean) {
    if (isOpen && story.childElementCount === 0) {
      const cell = element('td', '', storyOf(target as ShownTarget));
      cell.colSpan = line.childElementCount;
      story.append(cell);
    }
    story.hidden = !isOpen;
    opener.setAttribute('aria-expanded', String(isOpen));
    line.classList.toggle('is-open', isOpen);
  }
  open(false);
  opener.addEventListener('click', () => open(story.hidden !== false));
  return { line, story, open };
}

/** Everything that is known of one target: its facts, and each attempt. */
function storyOf(target: ShownTarget): HTMLElement {
  const facts = target.facts.map(([title, words]) =>
    element('div', '', element('dt', '', title), element('dd', '', element('bdi', '', words))),
  );
  const attempts = target.attempts.map((attempt, nth) => {
    const { result, resultWords, times, began, sent, ended, took, ticket, why, notes } = attempt;
    const count = times > 1 ? ` (${times} attempts)` : '';
    return element(
      'li',
      `attempt a-${result}`,
      element(
        'p',
        'attempt-head',
        element('strong', '', `${nth + 1}. ${resultWords}${count}`),
        ` ${took}`,
      ),
      element(
        'dl',
        'facts',
        ...pairs([
          ['began', began],
          ['request sent', sent],
          ['ended', ended],
          ['ticket', ticket],
        ]),
      ),
      element('p', 'attempt-why', element('bdi', '', why)),
      ...notes.map((note) => element('p', 'attempt-note', element('bdi', '', note))),
    );
  });
  const none = element('p', 'attempt-why', 'There was no attempt.');
  const list = attempts.length > 0 ? element('ol', 'attempts', ...attempts) : none;
  return element('div', 'story-body', element('dl', 'facts', ...facts), list);
}

function pairs(all: readonly (readonly [string, string])[]): readonly HTMLElement[] {
  return all
    .filter(([, words]) => words !== '')
    .map(([title, words]) =>
      element('div', '', element('dt', '', title), element('dd', '', element('bdi', '', words))),
    );
}
