import type { Inspection } from '../rollout/upgrade';
import type { ReportWord } from './log';

/** How a status word is to be taken. An upgrade under way is found out by other means. */
export type Standing = 'ready' | 'busy' | 'bad' | 'gone';

/** The status words of one field, as its page lists them. */
export interface StatusWords {
  readonly field: string;
  readonly ready: readonly string[];
  readonly busy: readonly string[];
  readonly bad: readonly string[];
  readonly gone: readonly string[];
}

/** A word no page has is busy, and reported: waiting harms nothing, a crash or an upgrade might. */
export function standingOf(words: StatusWords, status: string, report: ReportWord): Standing {
  if (words.ready.includes(status)) return 'ready';
  if (words.bad.includes(status)) return 'bad';
  if (words.gone.includes(status)) return 'gone';
  if (!words.busy.includes(status)) report(words.field, status);
  return 'busy';
}

/** What is said of an instance that is not there. */
export function gone(status: string): Inspection {
  return {
    version: '',
    newestVersion: null,
    upgradable: null,
    state: 'gone',
    status,
    ticket: null,
  };
}
