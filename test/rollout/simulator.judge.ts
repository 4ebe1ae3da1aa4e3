import type { Budget, FrozenPlan, FrozenTarget, FrozenWave } from '../../rollout/frozen-plan';
import { BUDGETED, OUTCOMES, type Outcome } from '../../rollout/outcome';
import { statusOf } from '../../rollout/rollout-status';
import type { LogEntry, Place, Simulated, Simulation } from '../../rollout/simulation';
import { splitParts } from '../../rollout/waves';

/**
 * What a simulated rollout has done against the rules of the design (section 6), told from its log
 * and its plan alone: none of the functions that decide is asked here. Empty: nothing.
 */
export function judge(given: Simulation, run: Simulated): readonly string[] {
  const { frozen, latencyMs = 0 } = given;
  const found: string[] = [];
  const book = newBook(given);
  for (const entry of run.log) {
    const wrong = (words: string) => found.push(`${entry.at} ${JSON.stringify(entry)}: ${words}`);
    if (entry.kind === 'started') judgeStart(book, entry, { frozen, latencyMs, wrong });
    if (entry.kind === 'submitted') judgeRequest(book, entry, { frozen, latencyMs, wrong });
    if (entry.kind === 'ended' && book.outcomes.has(keyOf(entry))) wrong('ended twice');
    book.note(entry);
  }
  judgeEnd(book, run, (words) => found.push(`at the end: ${words}`));
  return found;
}

type Book = ReturnType<typeof newBook>;
type Wrong = (words: string) => void;
type At<K extends LogEntry['kind']> = K extends 'started' | 'submitted'
  ? Place & { readonly at: string }
  : Extract<LogEntry, { kind: K }>;

/** What is known from the log so far. */
function newBook({ frozen, startsAt = frozen.frozenAt }: Simulation) {
  const targets = new Map<string, FrozenTarget>();
  for (const wave of frozen.waves) {
    splitParts(wave).forEach((part, i) =>
      part.targets.forEach((target, index) =>
        targets.set(keyOf({ wave: wave.name, part: i + 1, index }), target),
      ),
    );
  }
  const inFlight = new Map<string, Place>();
  const results = new Map<string, string>();
  const outcomes = new Map<string, Outcome>();
  const places: Setting[] = [{ of: null, atMs: -Infinity, value: frozen.concurrency }];
  const limits = new Map<string | null, Budget>([[null, frozen.budget]]);
  for (const { name, concurrency, budget } of frozen.waves) {
    places.push({ of: name, atMs: -Infinity, value: concurrency });
    limits.set(name, budget);
  }
  const stops = { paused: null as number | null, aborted: null as number | null };
  const pausedWaves = new Map<string, number>();
  const approved = new Set<string>();
  const begun = new Set<string>();
  /** Since when a budget (of a wave, or null) is exhausted, and by which part. */
  const exhausted = new Map<string | null, { atMs: number; by: string }>();
  const lastEndMs = new Map<string, number>();
  /** When a person has changed the limits of a wave, or of the rollout (null). */
  const limitsSetMs = new Map<string | null, number>();
  let lastRulePauseMs = -Infinity;

  const used = (of: string | null) => {
    const counts = { rejected: 0, failed: 0, unknown: 0, succeeded: 0 };
    for (const [key, outcome] of outcomes) {
      if (of !== null && !key.startsWith(`${of}/`)) continue;
      if (outcome in counts) counts[outcome as keyof typeof counts] += 1;
    }
    return counts;
  };
  const isSpent = (of: string | null) => {
    const counts = used(of);
    return BUDGETED.some((kind) => counts[kind] > (limits.get(of)?.[kind] ?? Infinity));
  };
  const weigh = (atMs: number, by: string) => {
    for (const of of limits.keys()) {
      if (!isSpent(of)) exhausted.delete(of);
      else if (!exhausted.has(of)) exhausted.set(of, { atMs, by });
    }
  };
  const obey = ({ order, at }: At<'order'>) => {
    const atMs = Date.parse(at);
    switch (order.action) {
      case 'abort':
        stops.aborted = atMs;
        break;
      case 'pause':
        if (order.wave === null) stops.paused = atMs;
        else pausedWaves.set(order.wave, atMs);
        break;
      case 'resume':
        if (order.wave !== null) pausedWaves.delete(order.wave);
        else if (stops.paused !== null) stops.paused = null;
        else for (const of of limits.keys()) limits.set(of, accepted(limits.get(of), used(of)));
        break;
      case 'approve':
        approved.add(order.wave);
        break;
      case 'concurrency':
        places.push({ of: order.wave, atMs, value: order.limit });
        break;
      case 'budget':
        limitsSetMs.set(order.wave, atMs);
        limits.set(order.wave, { ...budgetIn(limits, order.wave), ...order.limits });
        break;
      case 'retryTarget': {
        const key = [...targets].find(
          ([key, { proxyId, instanceId }]) =>
            key.startsWith(`${order.wave}/`) && (proxyId ?? instanceId) === order.target,
        )?.[0];
        outcomes.delete(key ?? '');
        break;
      }
      case 'skip':
      case 'skipTarget':
    }
    weigh(atMs, '');
  };
  const note = (entry: LogEntry) => {
    const atMs = Date.parse(entry.at);
    switch (entry.kind) {
      case 'begun':
        begun.add(entry.wave);
        break;
      case 'started':
        inFlight.set(keyOf(entry), entry);
        break;
      case 'attemptEnded':
        inFlight.delete(keyOf(entry));
        results.set(keyOf(entry), entry.result);
        break;
      case 'ended':
        outcomes.set(keyOf(entry), entry.outcome);
        lastEndMs.set(partOf(entry), atMs);
        weigh(atMs, partOf(entry));
        break;
      case 'order':
        return obey(entry);
      case 'rule':
        if (entry.action === 'abort') stops.aborted = atMs;
        else [stops.paused, lastRulePauseMs] = [atMs, atMs];
        break;
      case 'submitted':
      case 'refused':
      case 'over':
    }
  };
  return {
    startsMs: Date.parse(startsAt),
    targets,
    inFlight,
    results,
    outcomes,
    places,
    limits,
    stops,
    pausedWaves,
    approved,
    begun,
    exhausted,
    lastEndMs,
    limitsSetMs,
    lastRulePauseMs: () => lastRulePauseMs,
    used,
    note,
  };
}

interface Setting {
  readonly of: string | null;
  readonly atMs: number;
  readonly value: number | null;
}

function judgeStart(
  book: Book,
  entry: At<'started'>,
  given: { readonly frozen: FrozenPlan; readonly latencyMs: number; readonly wrong: Wrong },
): void {
  const { frozen, latencyMs, wrong } = given;
  const nowMs = Date.parse(entry.at);
  const slackMs = 2 * latencyMs;
  const wave = waveIn(frozen, entry.wave);
  const target = book.targets.get(keyOf(entry));
  const others = [...book.inFlight.values()];
  const own = others.filter((each) => each.wave === entry.wave);

  for (const [of, count] of [
    [null, others.length + 1],
    [entry.wave, own.length + 1],
  ] as const) {
    if (count > mostPlaces(book.places, of, nowMs, slackMs)) wrong(`${count} in flight of ${of}`);
    const { strict, ...limits } = budgetIn(book.limits, of);
    const used = book.used(of);
    const isOver = BUDGETED.some((kind) => used[kind] + count > (limits[kind] ?? Infinity) + 1);
    const isKnown = nowMs - (book.limitsSetMs.get(of) ?? -Infinity) > slackMs;
    if (strict && isOver && isKnown) wrong(`a strict budget of ${of} has no room`);
    const spent = book.exhausted.get(of);
    if (spent === undefined) continue;
    if (nowMs > spent.atMs + slackMs || isKnownIn(book, entry, { spent, nowMs, slackMs }))
      wrong(`the budget of ${of} is exhausted`);
  }
  for (const { label, value: only, max } of wave.concurrencyBy) {
    const valueOf = (one: FrozenTarget | undefined) =>
      label === 'cloud' ? one?.cloud : one?.labels[label];
    const value = valueOf(target);
    if (only !== undefined && value !== only) continue;
    const same = own.filter((each) => valueOf(book.targets.get(keyOf(each))) === value);
    if (value !== undefined && same.length >= max) wrong(`${same.length + 1} with ${value}`);
  }
  const isTaken = others.some(
    (each) => book.targets.get(keyOf(each))?.instanceId === target?.instanceId,
  );
  if (isTaken) wrong('its instance is in flight');
  if (wave.slowStart && isPlainSlowStart(book)) {
    const step = 2 ** Math.floor(Math.log2(book.used(entry.wave).succeeded + 1));
    if (own.length >= step) wrong(`${own.length + 1} in flight in a slow start of ${step}`);
  }

  if (book.outcomes.has(keyOf(entry))) wrong('it had ended');
  const last = book.results.get(keyOf(entry)) ?? '';
  if (['succeeded', 'upToDate', 'unknown'].includes(last)) wrong(`after an attempt that ${last}`);

  const stops = [book.stops.paused, book.stops.aborted, book.pausedWaves.get(entry.wave) ?? null];
  if (stops.some((atMs) => atMs !== null && nowMs > atMs + latencyMs)) wrong('paused or aborted');
  if (!fitsWindow(frozen, target, nowMs)) wrong('outside its window');
  judgeGate(book, { entry, frozen, wave, nowMs, wrong });
}

/** A concurrency that is raised while parts overlap may double a step: a known gap. */
function isPlainSlowStart({ places }: Book): boolean {
  return places.every(({ atMs }) => atMs === -Infinity);
}

function judgeGate(
  book: Book,
  at: {
    readonly entry: Place;
    readonly frozen: FrozenPlan;
    readonly wave: FrozenWave;
    readonly nowMs: number;
    readonly wrong: Wrong;
  },
): void {
  const { entry, frozen, wave, nowMs, wrong } = at;
  const before = frozen.waves.slice(0, frozen.waves.indexOf(wave));
  let sinceMs = book.startsMs;
  for (const { name, bake, targets } of before.filter((each) => book.begun.has(each.name))) {
    const ended = [...book.outcomes.keys()].filter((key) => key.startsWith(`${name}/`)).length;
    if (ended < targets.length) wrong(`wave ${name} has not ended`);
    const ends = [...book.lastEndMs].filter(([key]) => key.startsWith(`${name}/`));
    const endMs = Math.max(sinceMs, ...ends.map(([, ms]) => ms));
    const isStopped = book.lastRulePauseMs() >= endMs;
    sinceMs = Math.max(sinceMs, endMs + (isStopped ? 0 : (bake?.forMs ?? 0)));
  }
  if (nowMs < sinceMs) wrong('before the health of the wave before was watched');
  const { gate } = wave;
  if (gate === null || book.approved.has(entry.wave)) return;
  const opensMs =
    gate.kind === 'at'
      ? Date.parse(gate.instant)
      : gate.kind === 'delay'
        ? sinceMs + gate.forMs
        : gate.onExpiry === 'begin' && gate.expiresMs !== null
          ? sinceMs + gate.expiresMs
          : Infinity;
  if (nowMs < opensMs) wrong(`its gate is closed: ${gate.kind}`);
}

/** The part that has exhausted a budget knows of it at once, if it knows what the others have used. */
function isKnownIn(
  { lastEndMs }: Book,
  { wave, part }: Place,
  at: { readonly spent: { readonly by: string }; readonly nowMs: number; readonly slackMs: number },
): boolean {
  const own = partOf({ wave, part });
  const others = [...lastEndMs].filter(([key]) => key !== own).map(([, endMs]) => endMs);
  return at.spent.by === own && others.every((endMs) => endMs < at.nowMs - at.slackMs);
}

function partOf({ wave, part }: Pick<Place, 'wave' | 'part'>): string {
  return `${wave}/${part}`;
}

/** The worker asks right before a request: neither latency nor a lost signal excuses it. */
function judgeRequest(
  book: Book,
  entry: At<'submitted'>,
  given: { readonly frozen: FrozenPlan; readonly latencyMs: number; readonly wrong: Wrong },
): void {
  const { frozen, latencyMs, wrong } = given;
  const { paused, aborted } = book.stops;
  const isStopped = paused !== null || aborted !== null || book.pausedWaves.has(entry.wave);
  if (isStopped) wrong('a request while paused or aborted');
  const nowMs = Date.parse(entry.at);
  const spent = book.exhausted.get(entry.wave) ?? book.exhausted.get(null);
  if (spent && isKnownIn(book, entry, { spent, nowMs, slackMs: 2 * latencyMs })) {
    wrong('a request after the budget');
  }
  if (!fitsWindow(frozen, book.targets.get(keyOf(entry)), nowMs)) {
    wrong('a request outside its window');
  }
}

function judgeEnd(book: Book, run: Simulated, wrong: Wrong): void {
  const { state, progress, targets } = run;
  const { waitingFor } = progress;
  if (state === 'givenUp') return wrong(`it does not end: ${JSON.stringify(waitingFor)}`);
  if (book.inFlight.size > 0) wrong('attempts are in flight for ever');
  if (state === 'waiting') {
    const isForPerson = ['paused', 'budgetExhausted', 'gate', 'window'].includes(
      waitingFor?.reason ?? '',
    );
    if (!isForPerson || waitingFor?.until !== null)
      wrong(`it waits: ${JSON.stringify(waitingFor)}`);
    return;
  }
  const status = statusOf(progress);
  if (targets.length !== book.targets.size) wrong('not all targets are told');
  for (const { name, counts } of [...status.waves, { name: null, counts: status.counts }]) {
    const own = targets.filter((each) => name === null || each.wave === name);
    for (const outcome of OUTCOMES) {
      const many = own.filter(({ state: { end } }) => end?.outcome === outcome).length;
      if (many !== counts[outcome])
        wrong(`${name}: ${many} ${outcome}, counted ${counts[outcome]}`);
    }
    if (counts.pending + counts.inFlight > 0) wrong(`${name}: not all have ended`);
  }
  for (const target of targets) {
    const told = book.outcomes.get(keyOf(target));
    const { end } = target.state;
    if (end === null) wrong(`${keyOf(target)} has no outcome`);
    if (told !== undefined && told !== end?.outcome) wrong(`${keyOf(target)} was ${told}`);
  }
}

function fitsWindow(
  { rules, upgrades }: FrozenPlan,
  target: FrozenTarget | undefined,
  nowMs: number,
): boolean {
  if (rules.openings === null) return true;
  const needMs = Math.max(1, upgrades[target?.upgrade ?? '']?.expectMs ?? 0);
  return rules.openings.spans.some(
    ({ from, to }) => Date.parse(from) <= nowMs && nowMs + needMs <= Date.parse(to),
  );
}

/** The highest that was in force within the last `slackMs`: news of a lower one takes as long. */
function mostPlaces(
  places: readonly Setting[],
  of: string | null,
  nowMs: number,
  slackMs: number,
): number {
  const own = places.filter((each) => each.of === of);
  const inForce = own.filter((_, i) => (own[i + 1]?.atMs ?? Infinity) >= nowMs - slackMs);
  return Math.max(...inForce.map(({ value }) => value ?? Infinity));
}

function accepted(budget: Budget | undefined, used: Readonly<Record<string, number>>): Budget {
  if (budget === undefined) throw new Error('no such budget');
  const raised = BUDGETED.map((kind) => {
    const limit = budget[kind];
    return [kind, limit === null ? null : Math.max(limit, used[kind] ?? 0)];
  });
  return { ...budget, ...(Object.fromEntries(raised) as Budget) };
}

function budgetIn(limits: ReadonlyMap<string | null, Budget>, of: string | null): Budget {
  const budget = limits.get(of);
  if (budget === undefined) throw new Error(`no budget of ${of}`);
  return budget;
}

function waveIn({ waves }: FrozenPlan, name: string): FrozenWave {
  const wave = waves.find((each) => each.name === name);
  if (wave === undefined) throw new Error(`no wave ${name}`);
  return wave;
}

export function keyOf({ wave, part, index }: Place): string {
  return `${wave}/${part}/${index}`;
}
