interface Choice {
  readonly text: string;
  readonly wave: string;
  readonly upgrade: string;
  readonly outcomes: ReadonlySet<string>;
}

/** Tells which targets are chosen, at once and whenever that changes. */
function createFilter(page: ShownPage, tell: (chosen: readonly number[]) => void): () => void {
  const text = byId('filter-text') as HTMLInputElement;
  const wave = byId('filter-wave') as HTMLSelectElement;
  const upgrade = byId('filter-upgrade') as HTMLSelectElement;
  const outcomes = [...document.querySelectorAll<HTMLInputElement>('#filter-outcomes input')];
  const count = byId('filter-count');
  const haystacks = page.targets.map(haystackOf);

  function apply() {
    const choice = {
      text: text.value.trim().toLowerCase(),
      wave: wave.value,
      upgrade: upgrade.value,
      outcomes: new Set(outcomes.filter(({ checked }) => checked).map(({ value }) => value)),
    };
    const chosen = page.targets.flatMap((target, at) =>
      isChosen(target, haystacks[at] ?? '', choice) ? [at] : [],
    );
    count.textContent = `${chosen.length} of ${page.targets.length} targets`;
    tell(chosen);
  }

  let timer = 0;
  text.addEventListener('input', () => {
    clearTimeout(timer);
    // A thousand rows need not be drawn at each letter.
    timer = setTimeout(apply, 150);
  });
  for (const each of [wave, upgrade, ...outcomes]) each.addEventListener('change', apply);
  // There is nowhere to send it to.
  byId('filter').addEventListener('submit', (event) => event.preventDefault());
  byId('filter').addEventListener('reset', () => setTimeout(apply));
  return apply;
}

function isChosen(target: ShownTarget, haystack: string, choice: Choice): boolean {
  const { text, wave, upgrade, outcomes } = choice;
  if (outcomes.size > 0 && !outcomes.has(target.outcome)) return false;
  if (wave !== '' && wave !== String(target.wave)) return false;
  if (upgrade !== '' && upgrade !== target.upgrade) return false;
  return text.split(/\s+/).every((word) => haystack.includes(word));
}

function haystackOf(target: ShownTarget): string {
  const { name, id, upgrade, family, outcomeWords, versions, why, facts, attempts } = target;
  const told = [name, id, upgrade, family, outcomeWords, versions, why];
  const tickets = attempts.map(({ ticket }) => ticket);
  return [...told, ...facts.map(([, words]) => words), ...tickets].join(' ').toLowerCase();
}
