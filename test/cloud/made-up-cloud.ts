import { createCloudApi } from '../../cloud/api';
import { createFamilies } from '../../cloud/families';
import type { Family } from '../../cloud/family';
import { DEFAULT_FORMATS } from '../../cloud/settings';
import type { FamilyName } from '../../rollout/upgrade';
import type { MadeUpService, Received, Reply } from './server';
import { startService } from './server';

/** By the last part of the path; null cuts the connection. */
export type Answers = Readonly<Record<string, Reply | null | ((call: Received) => Reply | null)>>;

/** A cloud that answers so, and `{}` to all else, with one family on it. */
export async function startMadeUpCloud(
  name: FamilyName,
  answers: Answers,
  warn: (data: unknown) => void = () => undefined,
): Promise<{ readonly family: Family; readonly service: MadeUpService }> {
  const service = await startService((call) => {
    const answer = answers[call.path.split('/').at(-1) ?? ''];
    if (answer === undefined) return { body: {} };
    return typeof answer === 'function' ? answer(call) : answer;
  });
  const { url } = service;
  const api = createCloudApi({
    ...DEFAULT_FORMATS,
    credentials: { kind: 'aksk', ak: 'ak', sk: 'sk' },
    endpoints: { taurusdb: url, gaussdb: url, dcs: url },
  });
  return { family: createFamilies(api, { ...DEFAULT_FORMATS, log: { warn } })[name], service };
}
