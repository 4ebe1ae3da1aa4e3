import type { FleetRow } from '../support/world';

/** A rule of docs/architecture.md, "What always holds", that did not. */
export interface Violation {
  readonly rule: number;
  /** Instance or proxy; null: the whole rollout. */
  readonly target: string | null;
  readonly words: string;
}

/** By what a target is known in a journal. */
export function keyOf({ instanceId, proxyId }: Pick<FleetRow, 'instanceId' | 'proxyId'>): string {
  return proxyId ?? instanceId;
}
