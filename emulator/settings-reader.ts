import { parseDuration } from './duration';
import type { Setting, Settings } from './settings';
import { settingsTable } from './settings';

/** The defaults with `key=value` words laid over them, or every word that is wrong. */
export function readSettings(
  words: readonly string[],
): { readonly settings: Settings } | { readonly problems: readonly string[] } {
  const pairs = words.map((word): [string, string] => {
    const [key = '', ...value] = word.split('=');
    return [key, value.join('=')];
  });
  const problems = pairs.flatMap(([key, value]) => problemOf(key, value));
  if (problems.length > 0)
    return { problems: [...problems, 'valid settings:', ...describeSettings()] };
  const defaults = Object.entries(settingsTable).map(([key, setting]) => [key, setting.default]);
  return { settings: Object.fromEntries([...defaults, ...pairs]) as Settings };
}

/** One line per switch: `key=default (what it takes): what it is`. */
export function describeSettings(): readonly string[] {
  return Object.entries(settingsTable).map(
    ([key, setting]) => `  ${key}=${setting.default} (${describeTakes(setting)}): ${setting.about}`,
  );
}

function problemOf(key: string, value: string): readonly string[] {
  const setting = Object.hasOwn(settingsTable, key) ? settingsTable[key] : undefined;
  if (setting === undefined) return [`unknown setting "${key}"`];
  if (isValid(setting, value)) return [];
  return [`${key}=${value}: must be ${describeTakes(setting)}`];
}

function isValid(setting: Setting, value: string): boolean {
  switch (setting.takes) {
    case 'duration':
      return parseDuration(value) !== undefined;
    case 'number':
      return value !== '' && Number(value) >= 0;
    case 'text':
      return value !== '';
    default:
      return setting.takes.includes(value);
  }
}

function describeTakes(setting: Setting): string {
  switch (setting.takes) {
    case 'duration':
      return 'a duration such as 500ms, 2s, 5m';
    case 'number':
      return 'a number, 0 or more';
    case 'text':
      return 'text';
    default:
      return setting.takes.join(' | ');
  }
}
