import type { JournalLine } from '../../emulator/types';

/** The part of an emulator's route that names the call. */
export interface NamedRoute {
  readonly method: string;
  readonly path: string;
}

/** Why the clients have no call for a route, by `service METHOD /path`. */
export type Reasons = Readonly<Record<string, string>>;

/**
 * What is wrong with the calls of a journal: routes that no call has reached with success, unless a
 * reason is given, and reasons given for routes that were called or are not there.
 */
export function notCalled(
  routes: Readonly<Record<string, readonly NamedRoute[]>>,
  journal: readonly JournalLine[],
  reasons: Reasons,
): readonly string[] {
  const offered = Object.entries(routes).flatMap(([service, some]) =>
    some.map((route) => ({ key: `${service} ${route.method} ${route.path}`, service, route })),
  );
  const called = offered.filter(({ service, route }) =>
    journal.some((line) => isCallOf(route, line) && line.service === service),
  );
  const names = new Set(called.map(({ key }) => key));
  return [
    ...offered
      .filter(({ key }) => !names.has(key) && !Object.hasOwn(reasons, key))
      .map(({ key }) => `${key} was not called with success`),
    ...Object.keys(reasons)
      .filter((key) => names.has(key))
      .map((key) => `${key} is called: its reason for having no call is out of date`),
    ...Object.keys(reasons)
      .filter((key) => !offered.some((one) => one.key === key))
      .map((key) => `${key} is no route: its reason is out of date`),
  ];
}

function isCallOf({ method, path }: NamedRoute, line: JournalLine): boolean {
  if (line.method !== method || line.path === null) return false;
  if (line.status === null || line.status >= 300 || line.fault !== null) return false;
  const [wanted, given] = [path.split('/'), line.path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part.startsWith(':') || part === given[index])
  );
}
