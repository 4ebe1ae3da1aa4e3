import { isFinal, toFailure } from '../../activities/failures';
import { createCloudApi } from '../../cloud/api';
import type { ErrorClass } from '../../cloud/error-codes';
import { classOf } from '../../cloud/error-codes';
import { createFamilies } from '../../cloud/families';
import type { Family } from '../../cloud/family';
import { DEFAULT_FORMATS } from '../../cloud/settings';
import type { FamilyName, Ticket } from '../../rollout/upgrade';
import { requestFor } from './cloud';
import { DOCUMENTED } from './documented-codes';
import type { MadeUpService } from './server';
import { startService } from './server';

jest.mock('@temporalio/activity', () => ({ activityInfo: () => ({}) }));

/** What each step of an attempt makes of an answer of that class to each of its calls. */
const TAKEN: Readonly<Record<ErrorClass, Readonly<Record<Step, string>>>> = {
  access: everywhere('CloudAccess'),
  token: everywhere('CloudAccess'),
  throttled: everywhere('CloudAccess'),
  endpoint: everywhere('CloudAccess'),
  server: { ...everywhere('CloudAccess'), submit: 'unknown' },
  notFound: { ...everywhere('Refused'), inspect: 'gone', submit: 'rejected forGood' },
  jobNotFound: { ...everywhere('Refused'), submit: 'rejected forNow' },
  busy: { ...everywhere('Busy'), submit: 'rejected busy' },
  upgrading: { ...everywhere('Busy'), submit: 'rejected busy' },
  alreadyThere: { ...everywhere('Refused'), submit: 'rejected alreadyThere' },
  forNow: { ...everywhere('CloudAccess'), submit: 'rejected forNow' },
  forGood: { ...everywhere('Refused'), submit: 'rejected forGood' },
  unknown: { ...everywhere('Refused'), submit: 'rejected forNow' },
};

type Step = 'inspect' | 'submit' | 'follow' | 'reconcile';

function everywhere(word: string): Readonly<Record<Step, string>> {
  return { inspect: word, submit: word, follow: word, reconcile: word };
}

const FAMILY_OF = {
  taurusdb: 'taurusdb-instance',
  gaussdb: 'gaussdb-hotfix',
  dcs: 'dcs-instance',
} as const satisfies Record<string, FamilyName>;

const BASIS = { versionNow: '1.0', wanted: '2.0' };
const SINCE = '2026-01-01T00:00:00.000Z';
const TICKET: Ticket = { id: null, wanted: '2.0', since: SINCE, versionBefore: '1.0' };

const STEPS: Readonly<Record<Step, (family: Family) => Promise<string>>> = {
  inspect: async (family) => (await family.inspect(requestFor(family.name))).state,
  submit: async (family) => {
    const submission = await family.submit(requestFor(family.name), BASIS);
    return submission.state === 'rejected' ? `rejected ${submission.kind}` : submission.state;
  },
  follow: async (family) => (await family.follow(requestFor(family.name), TICKET)).state,
  reconcile: async (family) => (await family.reconcile(requestFor(family.name), TICKET)).state,
};

let service: MadeUpService;
let answer: { readonly status: number; readonly body: object };

beforeAll(async () => {
  service = await startService(() => answer);
});
afterAll(() => service.close());

/** A process of its own for each step: what one step has met must not stop the calls of the next. */
function familyOf(name: FamilyName): Family {
  const { url } = service;
  const api = createCloudApi({
    ...DEFAULT_FORMATS,
    credentials: { kind: 'aksk', ak: 'ak', sk: 'sk' },
    endpoints: { taurusdb: url, gaussdb: url, dcs: url },
  });
  return createFamilies(api, { ...DEFAULT_FORMATS, log: { warn: () => undefined } })[name];
}

const rows = DOCUMENTED.flatMap(([on, status, codes]) =>
  codes.split(' ').map((code) => ({ on, status, code, class: classOf(on, status, code) })),
).filter(({ on }) => on !== 'iam');

test.each(rows)('$on HTTP $status $code is taken at each step as $class', async (row) => {
  answer = { status: row.status, body: { error_code: row.code, error_msg: 'words' } };
  const name = FAMILY_OF[row.on as keyof typeof FAMILY_OF];

  const taken: Partial<Record<Step, string>> = {};
  for (const step of ['inspect', 'submit', 'follow', 'reconcile'] as const) {
    taken[step] = await STEPS[step](familyOf(name)).catch(typeOf);
  }

  expect(taken).toEqual(TAKEN[row.class]);
});

/** By what type the workflow would know it. */
function typeOf(error: unknown): string {
  const failure = toFailure(error, { final: isFinal(error) }) as { readonly type?: string };
  return failure.type ?? String(error);
}
