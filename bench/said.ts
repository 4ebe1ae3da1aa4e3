import type { FleetRow } from '../test/support/world';

/** What a tool says of a target when it is done. */
export type Said = 'upgraded' | 'unchanged' | 'failed' | 'unknown';

/** How what was said stands to what happened; each is a number of targets. */
export interface Honesty {
  /** Something else was said than what happened, or nothing, or that it cannot be told. */
  readonly wrong: number;
  /** Not at the wanted version at the end. */
  readonly undone: number;
  readonly submittedTwice: number;
}

/** What the cloud's fleet says of what a tool has said, of each target by its key. */
export function honestyOf(fleet: readonly FleetRow[], said: ReadonlyMap<string, Said>): Honesty {
  const count = (holds: (row: FleetRow) => boolean) => fleet.filter(holds).length;
  return {
    wrong: count((row) => said.get(keyOf(row)) !== happened(row)),
    undone: count(({ version, latest }) => version !== latest),
    submittedTwice: count(({ upgradesStarted }) => upgradesStarted > 1),
  };
}

/** The id that tells targets apart: a proxy's own, else the instance's. */
export function keyOf({ instanceId, proxyId }: Pick<FleetRow, 'instanceId' | 'proxyId'>): string {
  return proxyId ?? instanceId;
}

function happened({ version, latest, upgradesStarted }: FleetRow): Said {
  if (version !== latest) return 'failed';
  return upgradesStarted > 0 ? 'upgraded' : 'unchanged';
}
