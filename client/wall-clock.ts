/** What the clocks of a zone show at an instant. */
export interface WallClock {
  /** `Sat 2026-12-12`. */
  readonly day: string;
  /** `01:00`. */
  readonly time: string;
  /** `GMT+08:00`: tells the hours apart that a change of the clocks shows twice. */
  readonly offset: string;
}

/** The clocks of an IANA zone. */
export function wallClockOf(zone: string): (instant: Date) => WallClock {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  return (instant) => {
    const parts = clock.formatToParts(instant);
    const part = (type: Intl.DateTimeFormatPartTypes) =>
      parts.find((each) => each.type === type)?.value ?? '';
    return {
      day: `${part('weekday')} ${part('year')}-${part('month')}-${part('day')}`,
      time: `${part('hour')}:${part('minute')}`,
      offset: part('timeZoneName'),
    };
  };
}
