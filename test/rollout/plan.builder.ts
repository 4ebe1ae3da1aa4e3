import { parsePlan, type Plan, type Problem } from '../../rollout/plan';
import { slips } from '../support/plan-schema-slips';

/** One right id of each kind. */
export const CACHE = '25bec1af-557f-40cd-8473-c10cfed8082c';
export const CACHE_2 = '97c8e728-6437-4e43-8a7b-b179dd62d382';
export const TAURUSDB = '517ea793ab91438cbfcd9c4b1c958b1ein07';
export const PROXY = '9b3b4bd0f1ff40aab87e9fb4ba2f9a2dpo01';
export const GAUSSDB = '1d4816d4157e313bdc696259cdeda90cin14';

const SOUND = {
  version: 1,
  name: 'caches',
  projectId: '0483b6b16e954cb88930a360d2c4e663',
  region: 'cn-north-4',
  upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest' } },
  targets: [{ upgrade: 'cache', instanceId: CACHE }] as readonly unknown[],
  waves: [{ name: 'all', take: 'rest' }],
};

/**
 * A sound plan with some of its sections replaced; the files by their names. Whatever it is: no editor
 * may mark what upwave takes.
 */
export function parse(change: object, files: Readonly<Record<string, string>> = {}) {
  const readFile = (name: string) => {
    const text = files[name];
    if (text === undefined) throw new Error(`ENOENT: no such file, open '${name}'`);
    return text;
  };
  const text = JSON.stringify({ ...SOUND, ...change });
  const read = parsePlan(text, { readFile });
  if (read.plan !== null) expect(slips(text)).toEqual([]);
  return read;
}

export function readPlan(change: object, files?: Readonly<Record<string, string>>): Plan {
  const { plan, problems } = parse(change, files);
  if (plan === null) throw new Error(JSON.stringify(problems));
  return plan;
}

export function problemsOf(
  change: object,
  files?: Readonly<Record<string, string>>,
): readonly Problem[] {
  return parse(change, files).problems;
}
