import type { ReportSources } from '../rollout/report';
import type { RolloutStatus } from '../rollout/status';
import type { Connected } from '../temporal/connect';
import { readReportSources } from '../temporal/report-sources';
import { asking } from './rollout-reads';

/** Reads all that the report of a rollout is made of. Needs a worker. */
export function readSources(server: Connected, status: RolloutStatus): Promise<ReportSources> {
  return readReportSources(server.client, status, asking(server));
}
