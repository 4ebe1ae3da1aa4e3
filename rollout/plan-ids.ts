import { problem, type Problem } from './problem';
import type { FamilyName, Target } from './upgrade';

interface IdForm {
  readonly of: string;
  readonly form: RegExp;
  /** By this such an id is recognised although it may not be right. */
  readonly look: RegExp;
  readonly right: string;
}

function suffixed(of: string, suffix: string): IdForm {
  return {
    of,
    form: new RegExp(`^[0-9a-zA-Z]{32}${suffix}$`),
    look: new RegExp(`${suffix}$`),
    right: `32 letters and digits, then ${suffix}`,
  };
}

const TAURUSDB = suffixed('a TaurusDB instance id', 'in07');
const PROXY = suffixed('a TaurusDB proxy id', 'po01');
const GAUSSDB = suffixed('a GaussDB instance id', 'in14');
const DCS: IdForm = {
  of: 'a DCS instance id',
  form: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  look: /^[0-9a-z]+(-[0-9a-z]+){4}$/i,
  right: 'a UUID with hyphens, 8-4-4-4-12 hexadecimal digits',
};
// The last four are no target's; they are here to say what was pasted.
const ALL_IDS: readonly IdForm[] = [
  ...[TAURUSDB, PROXY, GAUSSDB, DCS],
  suffixed('a TaurusDB node id', 'no07'),
  suffixed('a GaussDB node id', 'no14'),
  suffixed('an RDS id', 'in01'),
  suffixed('a GeminiDB id', 'in02'),
];

const INSTANCE_IDS: Readonly<Record<FamilyName, IdForm>> = {
  'taurusdb-proxy': TAURUSDB,
  'taurusdb-instance': TAURUSDB,
  'gaussdb-hotfix': GAUSSDB,
  'dcs-instance': DCS,
};

/** Whether the ids of a target have the form of its family; whose they seem to be, if not. */
export function checkIds(
  at: string,
  target: Target,
  family: FamilyName | null,
): readonly Problem[] {
  if (family === null) return [];
  return [
    ...checkId(`${at}.instanceId`, target.instanceId, INSTANCE_IDS[family]),
    ...checkProxyId(`${at}.proxyId`, target.proxyId, family),
  ];
}

function checkProxyId(path: string, id: string | null, family: FamilyName): readonly Problem[] {
  if (family === 'taurusdb-proxy') {
    const missing = problem(path, 'is missing', `${PROXY.of}: ${PROXY.right}`);
    return id === null ? [missing] : checkId(path, id, PROXY);
  }
  const words = `does not belong to a target of the family ${family}`;
  return id === null ? [] : [problem(path, words, 'leave it out')];
}

function checkId(path: string, id: string, wanted: IdForm): readonly Problem[] {
  if (id === '' || wanted.form.test(id)) return [];
  const right = `${wanted.of} is ${wanted.right}`;
  const seems = wanted.look.test(id) ? wanted : ALL_IDS.find(({ look }) => look.test(id));
  if (seems === undefined) return [problem(path, `"${id}" is not ${wanted.of}`, right)];
  if (seems !== wanted) return [problem(path, `this is ${seems.of}, not ${wanted.of}`, right)];
  const length = id.length === 36 ? '' : `: it has ${id.length} characters, not 36`;
  return [problem(path, `"${id}" is not a whole id${length}`, right)];
}
