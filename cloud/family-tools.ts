import type { Cancelled } from '../rollout/upgrade';
import type { ReportWord } from './log';
import type { CloudSettings } from './settings';

/** What families need beside the services. */
export interface FamilyTools {
  readonly formats: Pick<CloudSettings, 'delayFormat' | 'startTimeFormat'>;
  readonly report: ReportWord;
}

/** `cancel` of a family whose upgrades begin at once, and whose API has no call that ends one. */
export function cannotCancel(): Promise<Cancelled> {
  return Promise.resolve({ state: 'notPossible', words: 'the cloud has no call that ends it' });
}
