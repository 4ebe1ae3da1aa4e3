import type { CloudApi } from './api';
import { createDcsInstance } from './dcs-instance';
import type { Families } from './family';
import { createGaussdbHotfix } from './gaussdb-hotfix';
import type { Log } from './log';
import { createWordReport } from './log';
import type { CloudSettings } from './settings';
import { createTaurusdbInstance } from './taurusdb-instance';
import { createTaurusdbJobs } from './taurusdb-jobs';
import { createTaurusdbProxy } from './taurusdb-proxy';

/** How the families write what the documents leave open, and where they report oddities. */
export interface FamilySettings extends Pick<CloudSettings, 'delayFormat' | 'startTimeFormat'> {
  readonly log: Log;
}

/** All families over one cloud. Built once per process: what is shared is shared within it. */
export function createFamilies(api: CloudApi, settings: FamilySettings): Families {
  const { delayFormat, startTimeFormat, log } = settings;
  const tools = { formats: { delayFormat, startTimeFormat }, report: createWordReport(log) };
  const jobs = createTaurusdbJobs(api);
  return {
    'taurusdb-proxy': createTaurusdbProxy(api, jobs, tools),
    'taurusdb-instance': createTaurusdbInstance(api, jobs, tools),
    'gaussdb-hotfix': createGaussdbHotfix(api, tools),
    'dcs-instance': createDcsInstance(api, tools),
  };
}
