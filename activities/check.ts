import { cancellationSignal } from '@temporalio/activity';
import PQueue from 'p-queue';
import type { Probe } from '../cloud/checks';
import { oneLook } from '../rollout/bake';
import type { Finding } from '../rollout/bake';
import type { Check } from '../rollout/frozen-plan';
import { judge } from '../rollout/health';

// The checks of one look often ask one server: it should not take them for an attack.
const CHECKS_AT_ONCE = 4;

/**
 * One look at health: every check once, together as bad as the worst. Whatever an endpoint does is
 * a finding; only a worker that stops makes this fail, so that another makes the look.
 */
export function createCheckHealth(probe: Probe) {
  return async function checkHealth(checks: readonly Check[]): Promise<Finding> {
    const queue = new PQueue({ concurrency: CHECKS_AT_ONCE });
    const signal = cancellationSignal();
    const findings = await queue.addAll(
      checks.map((check) => async () => {
        const { seen, redact } = await probe(check, { signal });
        return judge(check, seen, redact);
      }),
    );
    // What was called off says nothing about health.
    signal.throwIfAborted();
    return oneLook(findings);
  };
}
