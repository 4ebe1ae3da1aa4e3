import type { BrakeCause } from './brake';
import type { Service } from './settings';

/** Where the calls of a cloud are counted. */
export interface Meter {
  /** A call has ended: with the HTTP status of its answer, without connection, or without answer. */
  called(call: {
    readonly service: Service;
    /** What was done, as messages say it: one of a few constants. */
    readonly operation: string;
    readonly status: number | 'notSent' | 'lost';
  }): void;
  /** A call has waited so long for its turn, whether it came or not. */
  waited(service: Service, ms: number): void;
  /** Calls to a service are stopped, for this cause; null: they are made again. */
  stopped(service: Service, cause: BrakeCause | null): void;
}

/** For who counts nothing. */
export const NO_METER: Meter = {
  called: () => undefined,
  waited: () => undefined,
  stopped: () => undefined,
};
