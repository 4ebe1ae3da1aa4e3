import type { Rate } from './limits';

/** A service with endpoints of its own. */
export type Service = 'taurusdb' | 'gaussdb' | 'dcs' | 'iam';

/** An access key, or a user's password for which IAM gives tokens. */
export type CredentialSettings =
  | { readonly kind: 'aksk'; readonly ak: string; readonly sk: string }
  | {
      readonly kind: 'password';
      readonly user: string;
      readonly password: string;
      readonly domain: string;
    };

/** All that a worker decides about one cloud. Plans name a cloud, never a host or a key of it. */
export interface CloudSettings {
  readonly credentials: CredentialSettings;
  /** Instead of the region's own. */
  readonly endpoints?: Partial<Record<Service, string>>;
  /** Wire type of the kernel upgrade's `delay`: the page's table says string, its example boolean. */
  readonly delayFormat: 'string' | 'boolean';
  /**
   * How a hot patch's `start_time` is written, always in UTC: `offset` as the page's example
   * (`…+0000`), `colon` (`…+00:00`), `utc` (`…Z`).
   */
  readonly startTimeFormat: 'offset' | 'colon' | 'utc';
  /** This worker process's share of what the cloud allows; absent: no limit but the cloud's. */
  readonly limits?: Partial<Record<Service, readonly Rate[]>>;
}

/** The settings of a worker that was told nothing but its credentials. */
export const DEFAULT_FORMATS = {
  delayFormat: 'string',
  startTimeFormat: 'offset',
} as const satisfies Partial<CloudSettings>;
