import type { LabelLimit } from './frozen-plan';
import type { CloudScope, Target } from './upgrade';

/** A project in a region to which a plan gives a name. By it the worker finds endpoints and keys. */
export interface Cloud extends Omit<CloudScope, 'cloud'> {
  /** Attempts in flight in it, over all waves; null: as the waves say. */
  readonly concurrency: number | null;
}

/** Where targets of a plan may live. */
export interface Whereabouts {
  /** Of targets that name no cloud; null: there is none. */
  readonly scope: CloudScope | null;
  /** By name. Absent: none. */
  readonly clouds?: Readonly<Record<string, Cloud>>;
}

/** The same, of a plan as it is written. */
export function whereaboutsOf(plan: {
  readonly projectId?: string;
  readonly region?: string;
  readonly clouds?: Whereabouts['clouds'];
}): Whereabouts {
  const { projectId, region, clouds } = plan;
  const isGiven = projectId !== undefined && region !== undefined;
  return { scope: isGiven ? { projectId, region } : null, ...(clouds && { clouds }) };
}

/** Where a target lives. That it is told, the plan's rules see to. */
export function scopeOf(
  { scope, clouds }: Whereabouts,
  { cloud }: Pick<Target, 'cloud'>,
): CloudScope {
  if (cloud === undefined) {
    if (scope === null) throw new Error('the plan has no project, and a target without cloud');
    return scope;
  }
  const known = clouds?.[cloud];
  if (known === undefined) throw new Error(`the plan has no cloud ${cloud}`);
  return { cloud, projectId: known.projectId, region: known.region };
}

/** The limits of the clouds in which there are such targets. */
export function cloudLimits(
  clouds: Whereabouts['clouds'],
  targets: readonly Pick<Target, 'cloud'>[],
): readonly LabelLimit[] {
  const used = new Set(targets.map(({ cloud }) => cloud));
  return Object.entries(clouds ?? {}).flatMap(([value, { concurrency: max }]) =>
    max === null || !used.has(value) ? [] : [{ label: 'cloud', value, max }],
  );
}

/** How the variables of a cloud begin where the worker runs: `CLOUD_EU_WEST_` for `eu-west`. */
export function variablesOf(cloud: string): string {
  return `CLOUD_${cloud.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_`;
}
