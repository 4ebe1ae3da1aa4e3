/** How many attempts of a slow start may be in flight: 1, 2, 4 …, a step after as many succeeded. */
export function stepOfSlowStart(succeeded: number): number {
  return 2 ** Math.floor(Math.log2(succeeded + 1));
}
