import { firstStep, versionSeen } from './attempt';
import { cloudLimits, whereaboutsOf } from './clouds';
import type { FrozenPlan, FrozenTarget, FrozenWave, Rules, Standing } from './frozen-plan';
import type { Plan } from './plan';
import type { Inspection, Target, Upgrade } from './upgrade';
import { wantedVersion } from './version';
import { cutWaves, LARGEST_PART, limitsOf, seedOf } from './waves';

/** Why a target could not be read. */
export interface InspectionProblem {
  readonly problem: string;
}

/**
 * Puts a plan together with what the cloud showed: one inspection for each of `plan.targets`, in
 * their order; `now` is the ISO instant of the freeze; `known` is what was resolved of the plan's
 * calendar, and learned from earlier rollouts, outside the sandbox. Waves are cut whatever was seen:
 * who is in which wave does not depend on the cloud's mood at that instant, but on the versions that
 * were read where a wave takes strata by `version`.
 */
export function freezePlan(
  plan: Plan,
  inspections: readonly (Inspection | InspectionProblem)[],
  now: string,
  known: Pick<Rules, 'openings' | 'learned'> = { openings: null, learned: {} },
): FrozenPlan {
  const targets = plan.targets.map((target, i) => {
    const seen = inspections[i];
    if (seen === undefined) throw new Error(`no inspection of target ${i}, ${target.instanceId}`);
    return freezeTarget(target, upgradeOf(plan, target), seen);
  });
  const seed = seedOf(plan);
  const cut = cutWaves({ targets, waves: plan.waves, upgrades: plan.upgrades, seed });
  const waves = plan.waves.map((wave, i): FrozenWave => {
    const own = cut.waves[i] ?? [];
    const { name, concurrency, slowStart, gate, bake } = wave;
    return {
      name,
      concurrency,
      concurrencyBy: [
        ...[wave.concurrencyBy, plan.concurrencyBy].filter((each) => each !== null),
        ...cloudLimits(plan.clouds, own),
      ],
      slowStart,
      budget: limitsOf(wave.budget, own.length),
      gate,
      bake,
      partSize: LARGEST_PART,
      targets: own,
    };
  });
  return {
    version: 1,
    name: plan.name,
    ...whereaboutsOf(plan),
    upgrades: plan.upgrades,
    rules: {
      recovery: plan.recovery,
      polling: plan.polling,
      busy: plan.busy,
      hooks: plan.hooks,
      cloudAccess: plan.cloudAccess,
      onExhausted: plan.onExhausted,
      ...known,
      outside: plan.outsideWindows,
    },
    concurrency: plan.concurrency,
    budget: limitsOf(plan.budget, targets.length - cut.unmatched.length),
    waves,
    unmatched: cut.unmatched.map(toTarget),
    calendar: calendarOf(plan),
    seed,
    frozenAt: now,
    ...(plan.notify && { notify: plan.notify }),
  };
}

/** When attempts may begin, as the plan says it; null when it says nothing. */
export function calendarOf({ windows, blackouts, outsideWindows }: Plan): FrozenPlan['calendar'] {
  if (windows.length + blackouts.length === 0) return null;
  return { windows, blackouts, outside: outsideWindows };
}

function upgradeOf(plan: Plan, target: Target): Upgrade {
  const upgrade = plan.upgrades[target.upgrade];
  if (upgrade === undefined) throw new Error(`the plan has no upgrade ${target.upgrade}`);
  return upgrade;
}

function freezeTarget(
  target: Target,
  upgrade: Upgrade,
  seen: Inspection | InspectionProblem,
): FrozenTarget {
  if ('problem' in seen) {
    // What the plan itself names stays wanted although nothing was read.
    const wanted = wantedVersion(upgrade, { newestVersion: null });
    return { ...target, versionAtPlan: null, wanted, standing: 'unknown', words: seen.problem };
  }
  return {
    ...target,
    versionAtPlan: versionSeen(seen),
    wanted: wantedVersion(upgrade, seen),
    ...standingOf(upgrade, seen),
  };
}

// By the same judge as the attempt, so that the forecast differs only where the cloud has moved on.
function standingOf(
  upgrade: Upgrade,
  seen: Inspection,
): { readonly standing: Standing; readonly words: string | null } {
  const step = firstStep(upgrade, seen, null);
  switch (step.do) {
    case 'submit':
      return { standing: 'upgradable', words: null };
    case 'adopt':
      return { standing: 'busy', words: 'an upgrade is under way and will be followed' };
    case 'end':
      return { standing: standingAtEnd(step.result), words: step.words };
  }
}

function standingAtEnd(result: string): Standing {
  if (result === 'upToDate') return 'upToDate';
  return result === 'notSubmitted' ? 'busy' : 'notUpgradable';
}

function toTarget(target: Target): Target {
  const { upgrade, cloud, instanceId, proxyId, name, az, labels } = target;
  return { upgrade, ...(cloud && { cloud }), instanceId, proxyId, name, az, labels };
}
