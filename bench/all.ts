import { ansible } from './ansible';
import type { Bench } from './bench';
import { calls } from './calls';
import { makespan } from './makespan';
import { rate } from './rate';
import { scale } from './scale';

/** Every bench, in the order in which they run. */
export const BENCHES: readonly Bench[] = [calls, makespan, rate, scale, ansible];
