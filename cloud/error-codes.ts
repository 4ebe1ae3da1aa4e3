import type { Service } from './settings';

/**
 * What an error code means for us.
 *
 * - `access`: credentials or permissions; no target is to blame
 * - `token`: as `access`, but a new token may help
 * - `throttled`: too many calls
 * - `endpoint`: no such API there: configuration
 * - `notFound`: no such instance or proxy
 * - `jobNotFound`: no such job or task, or not yet
 * - `busy`: another operation runs; the target takes an upgrade later
 * - `upgrading`: as `busy`, and the operation is an upgrade or its rollback
 * - `alreadyThere`: it has the version that was asked for, or the newest
 * - `forNow`: refused, and that can change by itself or by a person's act
 * - `forGood`: refused, and will be again
 * - `server`: the cloud's own fault; whether something happened cannot be told
 * - `unknown`: a code we do not know
 */
export type ErrorClass =
  | 'access'
  | 'token'
  | 'throttled'
  | 'endpoint'
  | 'notFound'
  | 'jobNotFound'
  | 'busy'
  | 'upgrading'
  | 'alreadyThere'
  | 'forNow'
  | 'forGood'
  | 'server'
  | 'unknown';

type Meaning = ErrorClass | Partial<Record<Service, ErrorClass>>;

function codes(list: string, meaning: Meaning): readonly (readonly [string, Meaning])[] {
  return list.split(' ').map((code) => [code, meaning] as const);
}

/**
 * All codes of the documents and of the vendor's Terraform provider, by code and not by HTTP status:
 * the same code comes as 400 on one page and as 409 on another.
 */
const table: ReadonlyMap<string, Meaning> = new Map([
  // The API gateway; its other prefix is APIG.
  ...codes('APIGW.0301', 'access'),
  ...codes('APIGW.0307', 'token'),
  ...codes('APIGW.0308', 'throttled'),
  ...codes('APIGW.0101', 'endpoint'),
  ...codes('APIGW.0201', 'forGood'),

  // TaurusDB and GaussDB: no such instance, resource, proxy.
  ...codes('DBS.200002 DBS.200045 DBS.200602 DBS.201028 DBS.290005 DBS.290011', 'notFound'),
  ...codes('DBS.290013 DBS.270024 DBS.200932', 'notFound'),
  // One code, two services, two meanings: gone, or abnormal without a normal node.
  ...codes('DBS.200408', { taurusdb: 'notFound', gaussdb: 'forNow' }),
  // Bad id, bad version, bad parameter; already at the latest version, of a sibling service.
  ...codes('DBS.280404 DBS.200041 DBS.200504', 'forGood'),
  ...codes('DBS.200001 DBS.200004 DBS.280001 DBS.290000 DBS.06010013', 'forGood'),
  ...codes('DBS.05000008', 'alreadyThere'),
  // The status does not allow it. Frozen is for good: nothing but a payment ends it.
  ...codes('DBS.200086 DBS.201014 DBS.06010001 DBS.280406', 'busy'),
  ...codes('DBS.280449', 'forGood'),
  // Another operation is in progress, a backup included.
  ...codes('DBS.200011 DBS.200019 DBS.200047 DBS.201202 DBS.212006 DBS.201205', 'busy'),
  ...codes('DBS.06020003 DBS.212033 DBS.201015 DBS.05000084 DBS.216011', 'busy'),
  // Storage full, quota: somebody can make room meanwhile.
  ...codes('DBS.200316 DBS.200046 DBS.290003 DBS.216028', 'forNow'),
  ...codes('DBS.200543', 'jobNotFound'),
  ...codes('DBS.200010 DBS.200044 DBS.200604 DBS.201003 DBS.280015', 'access'),
  ...codes('DBS.280056', 'token'),
  // "Task processing failed" comes as 400, but says that a task was begun.
  ...codes('DBS.212009 DBS.108000 DBS.108005', 'server'),

  // DCS: upgrading, rolling back, or another operation.
  ...codes('DCS.4116 DCS.4117', 'upgrading'),
  ...codes('DCS.4096 DCS.4097 DCS.4104 DCS.4111 DCS.4113 DCS.4114 DCS.4115 DCS.4118', 'busy'),
  ...codes('DCS.4120 DCS.4121 DCS.4231 DCS.4975 CBC.99003651', 'busy'),
  ...codes('DCS.4026 DCS.4049 DCS.4017 DCS.4957', 'busy'),
  ...codes('DCS.4027', 'forNow'),
  // The target equals the current version.
  ...codes('DCS.4053', 'alreadyThere'),
  // Bad instance or parameter; no background tasks here.
  ...codes('DCS.4061 DCS.4062 DCS.4094', 'forGood'),
  ...codes('DCS.4070', 'jobNotFound'),
  ...codes('DCS.3022', 'notFound'),
  ...codes('DCS.4001', 'endpoint'),
  ...codes('DCS.2003 DCS.2007 DCS.3002 DCS.3003', 'access'),
  ...codes('DCS.4842 DCS.5006', 'server'),
]);

/** The class of an answer that is an error: by its code, and only for want of one by its status. */
export function classOf(service: Service, status: number, code: string | null): ErrorClass {
  // Two pages give it two meanings; with 404 it is "the instance does not exist".
  if (code === 'DBS.200022' && status === 404) return 'notFound';
  const meaning = code === null ? undefined : table.get(canonicalCode(code));
  const byCode = typeof meaning === 'object' ? meaning[service] : meaning;
  return byCode === undefined || byCode === 'unknown' ? classOfStatus(status) : byCode;
}

/**
 * One form for codes that have two: `APIG.0308` is `APIGW.0308`. Numbers of older DCS deployments are
 * 111, the HTTP status and the last digits: `111400116` is `DCS.4116`, `111404022` is `DCS.3022`.
 */
export function canonicalCode(code: string): string {
  return code
    .replace(/^APIG\./, 'APIGW.')
    .replace(/^111404001$/, 'DCS.4001')
    .replace(/^111(400|403|404|500)(\d{3})$/, (_, status: keyof typeof DCS_SERIES, digits) => {
      return `DCS.${DCS_SERIES[status]}${digits}`;
    });
}

const DCS_SERIES = { 400: '4', 403: '3', 404: '3', 500: '5' } as const;

function classOfStatus(status: number): ErrorClass {
  if (status === 401 || status === 403) return 'access';
  if (status === 409) return 'busy';
  if (status === 429) return 'throttled';
  // 408 is a proxy that gave up waiting for the service: as little known as after a 5xx.
  if (status === 408 || status >= 500) return 'server';
  return 'unknown';
}
