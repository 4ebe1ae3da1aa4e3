import { z } from 'zod';
import type { CalendarDraft } from './plan-calendar';
import { duration, kind, section, text } from './plan-fields';
import { WORDS } from './plan-words';
import { isMapping, type Mapping } from './targets-file';

const zone = text('zone', /^[A-Za-z][A-Za-z0-9_+/-]*$/);
const date = text('date', /^\d{4}-\d{2}-\d{2}$/);

const windowFields = { cron: text('text'), for: duration('someTime'), zone };
const blackoutFields = { from: date, to: date, zone };

const window = section(windowFields, WORDS.window).transform(
  ({ cron, for: forMs, zone: place }) => ({
    cron,
    forMs,
    zone: place,
  }),
);

/** When attempts may begin. What no field can tell alone (a cron, a zone) `plan-calendar.ts` judges. */
export const calendar = {
  windows: z.array(window, kind('list')).default([]),
  blackouts: z.array(section(blackoutFields, WORDS.blackout), kind('list')).default([]),
  outsideWindows: z.enum(['wait', 'skip'], kind('outside')).default('wait'),
};

/** What can be understood of the plan's windows and blackouts, whatever is wrong beside. */
export function draftCalendar({ windows, blackouts }: Mapping): Omit<CalendarDraft, 'expected'> {
  return {
    windows: entriesOf(windows).map((raw, i) => ({
      at: `windows[${i}]`,
      is: {
        cron: read(windowFields.cron, raw.cron),
        forMs: read(windowFields.for, raw.for),
        zone: read(zone, raw.zone),
      },
    })),
    blackouts: entriesOf(blackouts).map((raw, i) => ({
      at: `blackouts[${i}]`,
      is: { from: read(date, raw.from), to: read(date, raw.to), zone: read(zone, raw.zone) },
    })),
  };
}

function entriesOf(value: unknown): readonly Mapping[] {
  return Array.isArray(value) ? value.map((each) => (isMapping(each) ? each : {})) : [];
}

function read<T extends z.ZodType>(field: T, value: unknown): z.infer<T> | null {
  return field.safeParse(value).data ?? null;
}
