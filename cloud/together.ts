import DataLoader from 'dataloader';
import type { Submission, UpgradeRequest } from '../rollout/upgrade';
import { asError, TooLateError } from './errors';
import type { CallOptions, Family, SubmitBasis } from './family';

/** A request that may share its call with others. */
export interface Item {
  readonly request: UpgradeRequest;
  readonly basis: SubmitBasis;
  readonly options: CallOptions;
}

/** At least one. */
export type Items = readonly [Item, ...Item[]];

/** A family whose calls take several instances. */
export interface TogetherFamily {
  /** What requests of one call must have in common, beside their cloud and family. */
  readonly kindOf: (item: Item) => string;
  /**
   * Sends one call for all; one answer per item, in their order. The refusal of the call is given
   * for each.
   */
  readonly sendAll: (items: Items, options: CallOptions) => Promise<readonly Submission[]>;
  /** A fresh look: nothing goes on, and it has the version that the request is based on. */
  readonly isAsBefore: (item: Item) => Promise<boolean>;
}

// Attempts that take their places together have read their versions within this. Much less than the
// 25 s within which a submit has to be done.
const GATHER_MS = 500;

/**
 * The `submit` of a family whose API takes several instances in one call. What comes within half a
 * second shares a call, as many as the plan's `submitTogether` says: by default each has its own. A
 * refused call is taken apart, half by half, so that only those are refused that the cloud refuses
 * alone. What happens to a call while it is under way is the same for all in it.
 */
export function submitsTogether({ kindOf, sendAll, isAsBefore }: TogetherFamily): Family['submit'] {
  const loaders = new Map<string, DataLoader<Item, Submission>>();

  return async function submit(request, basis, options = {}) {
    const item = { request, basis, options };
    const most = mostOf(request);
    if (most > 1) return loaderFor(item, most).load(item);
    const [submission] = await sendAll([item], options);
    return submission ?? unanswered();
  };

  function loaderFor(item: Item, most: number): DataLoader<Item, Submission> {
    const key = JSON.stringify([item.request.scope, most, kindOf(item)]);
    const known = loaders.get(key);
    if (known !== undefined) return known;
    const loader = new DataLoader<Item, Submission>(sendEach, {
      cache: false,
      maxBatchSize: most,
      batchScheduleFn: (send) => setTimeout(send, GATHER_MS),
    });
    loaders.set(key, loader);
    return loader;
  }

  async function sendEach(items: readonly Item[]): Promise<readonly Answer[]> {
    const obstacles = items.map(whyNot);
    const ready = items.filter((_, index) => obstacles[index] === null);
    // Those that must not leave any more do not keep the others back.
    return filled(obstacles, await send(ready));
  }

  async function send([first, ...others]: readonly Item[]): Promise<readonly Answer[]> {
    if (first === undefined) return [];
    const items: Items = [first, ...others];
    let answers: readonly Submission[];
    try {
      answers = await sendAll(items, sharedOptions(items));
    } catch (error) {
      return items.map(() => asError(error));
    }
    const isRefused = answers.every(({ state }) => state === 'rejected');
    return isRefused && items.length > 1 ? takeApart(items) : answers;
  }

  /** Half by half, each item only if a look shows that the refused call has left it as it was. */
  async function takeApart(items: readonly Item[]): Promise<readonly Answer[]> {
    const looks = await Promise.all(
      items.map((item) => isAsBefore(item).then((is) => (is ? null : CHANGED), asError)),
    );
    const same = items.filter((_, index) => looks[index] === null);
    const half = Math.ceil(same.length / 2);
    const first = await sendEach(same.slice(0, half));
    return filled(looks, [...first, ...(await sendEach(same.slice(half)))]);
  }
}

type Answer = Submission | Error;

/** By the family's own fresh look. */
export function asBefore(inspect: Family['inspect']): TogetherFamily['isAsBefore'] {
  return async ({ request, basis, options: { signal } }) => {
    const seen = await inspect(request, { signal, priority: 'verify' });
    if (seen.state === 'gone') return true;
    const isAtRest = seen.state === 'ready' || seen.state === 'bad';
    return isAtRest && seen.version === basis.versionNow;
  };
}

function mostOf({ upgrade }: UpgradeRequest): number {
  return ('submitTogether' in upgrade ? upgrade.submitTogether : undefined) ?? 1;
}

function whyNot({ options: { signal, notAfter = null } }: Item): Error | null {
  if (signal?.aborted) return signal.reason as Error;
  if (notAfter === null || Date.now() <= Date.parse(notAfter)) return null;
  return new TooLateError(`not sent, ${notAfter} has passed`);
}

/** The narrowest of all: it must not leave when one of them must not. */
function sharedOptions(items: readonly Item[]): CallOptions {
  const signals = items.flatMap(({ options: { signal } }) => signal ?? []);
  const limits = items.flatMap(({ options: { notAfter } }) => notAfter ?? []);
  const [notAfter = null] = [...limits].sort((a, b) => Date.parse(a) - Date.parse(b));
  return { signal: AbortSignal.any(signals), notAfter };
}

const CHANGED: Submission = {
  state: 'unknown',
  words: 'the cloud refused the call, but the instance is not as it was before',
};

/** The answers in the places that are empty, in their order. */
function filled(places: readonly (Answer | null)[], answers: readonly Answer[]): readonly Answer[] {
  const rest = [...answers];
  return places.map((place) => place ?? rest.shift() ?? unanswered());
}

function unanswered(): Submission {
  return { state: 'unknown', words: 'its call has no answer for it' };
}
