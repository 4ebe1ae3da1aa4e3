import { parseDuration } from './duration';

/** One switch: its default, what it may be set to, what it decides. */
export interface Setting {
  readonly default: string;
  readonly about: string;
  /** The words it may take, or what it must look like. */
  readonly takes: readonly string[] | 'duration' | 'number' | 'text';
}

/**
 * Every switch of `--set key=value`. Those which name an open point of the documents say which
 * (cloud-apis.md sections 9 and 10), so that both readings can be tried.
 */
const table = {
  duration: { default: '5s', takes: 'duration', about: 'median length of an upgrade' },
  spread: {
    default: '0.3',
    takes: 'number',
    about: 'sigma of its log-normal spread; 0: all alike',
  },
  maintenanceDelay: {
    default: '5s',
    takes: 'duration',
    about: 'until the maintenance window in which an upgrade with delay=true starts',
  },
  tokenFor: { default: '24h', takes: 'duration', about: 'life of an IAM token (6.1)' },
  clockSkew: {
    default: '15m',
    takes: 'duration',
    about: 'age of a signature that is refused (6.2)',
  },
  lockAfter: {
    default: '5',
    takes: 'number',
    about: 'failed signatures in a row that lock the AK (6.2)',
  },
  lockFor: { default: '5m', takes: 'duration', about: 'how long the AK stays locked (6.2)' },
  slowFor: { default: '3s', takes: 'duration', about: 'delay of an answer under the fault slow' },
  retryAfter: {
    default: 'none',
    takes: 'text',
    about: 'Retry-After of a 429 in seconds, or none (open point 7)',
  },
  jobVisibleAfter: {
    default: '300ms',
    takes: 'duration',
    about:
      'until a new TaurusDB job is found by /jobs and /immediate-jobs (2.3: "several seconds")',
  },
  proxyBusyStatus: {
    default: 'UPGRADING PROXY',
    takes: 'text',
    about: 'proxy status while it is upgraded; ACTIVE hides it (open point 5)',
  },
  instanceBusyStatus: {
    default: 'MODIFYING',
    takes: 'text',
    about: 'TaurusDB v3 instance status while it is upgraded (open point 5)',
  },
  proxyRows: {
    default: '1',
    takes: ['1', '2'],
    about: 'rows of update_result; the page shows two for one proxy (9.4)',
  },
  proxyRowId: {
    default: 'proxy',
    takes: ['proxy', 'instance', 'none'],
    about: 'whose id update_result[].instance_id is (9.2, 9.3)',
  },
  proxyUpToDate: {
    default: 'error',
    takes: ['error', 'reject'],
    about: 'a proxy already there: HTTP 400 "Parameter error" or a REJECT row (1.1)',
  },
  proxyJobName: {
    default: 'UpgradeGaussDBforMySQLProxyVersion',
    takes: 'text',
    about: 'job_name of a proxy upgrade (open point 1)',
  },
  workflowIdInJobs: {
    default: 'true',
    takes: ['true', 'false'],
    about: 'whether /jobs?id= knows a workflow_id (open point 1)',
  },
  secondSubmit: {
    default: 'reject',
    takes: ['reject', 'error'],
    about: 'a proxy that is being upgraded: a REJECT row or HTTP 409 (open point 6)',
  },
  delayFormat: {
    default: 'any',
    takes: ['any', 'string', 'boolean'],
    about: 'wire type of delay in the batch call (9.1, open point 8)',
  },
  batchPartial: {
    default: 'refuse',
    takes: ['refuse', 'skip'],
    about:
      'one bad instance in the TaurusDB batch call: all refused, or it alone left out (open point 2)',
  },
  batchJobs: {
    default: 'perInstance',
    takes: ['perInstance', 'none'],
    about: 'whether the batch call makes jobs that lists show (open point 2)',
  },
  checkCurrentVersion: {
    default: 'true',
    takes: ['true', 'false'],
    about: 'whether a wrong current_version or source_version is refused (2.1)',
  },
  preCheck: {
    default: 'true',
    takes: ['true', 'false'],
    about: 'whether the region has the pre-check API (2.2)',
  },
  multiStep: {
    default: 'false',
    takes: ['true', 'false'],
    about: 'whether TaurusDB kernels below 2.0.51.240311 must stop there first (2.5)',
  },
  offsetBase: {
    default: '0',
    takes: ['0', '1'],
    about: 'first offset of /immediate-jobs (2.3, 9.25)',
  },
  taskIdInJobs: {
    default: 'true',
    takes: ['true', 'false'],
    about: 'whether GaussDB /jobs?id= knows a schedule-task id (open point 3)',
  },
  gaussdbSecondSubmit: {
    default: 'refuse',
    takes: ['refuse', 'accept'],
    about:
      'a second schedule task for an instance that has one: refused, or one more task (open point 6)',
  },
  gaussdbConflict: {
    default: '409',
    takes: ['409', '400', 'errCode'],
    about: 'GaussDB conflict: 409 DBS.200047, 400 DBS.06020003, or 409 with errCode (7.1, 9.24)',
  },
  gaussdbBatchLimit: {
    default: '30',
    takes: 'number',
    about: 'instances per hotfix call (3.7); 0: none',
  },
  gaussdbMinLead: {
    default: '0s',
    takes: 'duration',
    about: 'least time until start_time; 0s: a past one starts at once (open point 3)',
  },
  dcsServiceUpgradeFlag: {
    default: 'true',
    takes: ['true', 'false'],
    about: 'whether service_upgrade and service_task_id show a minor upgrade (open point 4)',
  },
  dcsBusyStatus: {
    default: 'RUNNING',
    takes: 'text',
    about: 'DCS status while it is upgraded (open point 4)',
  },
  dcsTaskField: {
    default: 'none',
    takes: 'text',
    about: 'value of the undocumented field task while it is upgraded, or none (4.4)',
  },
  dcsTaskName: {
    default: 'UpgradeInstanceMinorVersion',
    takes: 'text',
    about: 'name of the upgrade in the task lists (open point 4)',
  },
  dcsTaskCount: {
    default: 'number',
    takes: ['number', 'string'],
    about: 'wire type of task_count (9.22)',
  },
  dcsChosenVersion: {
    default: 'honoured',
    takes: ['honoured', 'latest', 'refused'],
    about: 'a version that is not the latest: taken, replaced by the latest, or 400 (9.18)',
  },
  dcsEmptyBody: {
    default: 'refuse',
    takes: ['refuse', 'latest'],
    about: 'an upgrade body with no field: 400, or the engine goes to latest (9.18)',
  },
} as const satisfies Record<string, Setting>;

/** The name of a switch. */
export type SettingKey = keyof typeof table;

/** All switches as text; read durations and numbers with the functions below. */
export type Settings = Readonly<Record<SettingKey, string>>;

/** All switches with their defaults. */
export const settingsTable: Readonly<Record<string, Setting>> = table;

/** A switch that is a duration, in milliseconds. */
export function durationMs(settings: Settings, key: SettingKey): number {
  return parseDuration(settings[key]) ?? 0;
}
