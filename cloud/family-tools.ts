import type { ReportWord } from './log';
import type { CloudSettings } from './settings';

/** What families need beside the services. */
export interface FamilyTools {
  readonly formats: Pick<CloudSettings, 'delayFormat' | 'startTimeFormat'>;
  readonly report: ReportWord;
}
