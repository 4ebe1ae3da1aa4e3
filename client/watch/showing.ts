import { forecast } from '../../rollout/forecast';
import type { RolloutStatus } from '../../rollout/status';
import { goingForecastWords } from '../forecast-view';
import type { Output } from '../output';
import { countsWords, hasEnded } from '../words';
import { changeLines, endedLine, type EndedTarget } from './changes';
import { flightOf, inOrder } from './flights';
import type { FlightState, TargetsSight } from './looking';
import { createScreen, type Terminal } from './screen';
import type { Steps } from './steps';
import { frameLines, type ToldEvent } from './view';

/** Where a watch shows what it sees. */
export interface Show {
  /** How the rollout stands; what is known of its targets comes a moment later. */
  status(status: RolloutStatus): void;
  targets(status: RolloutStatus, sight: TargetsSight): void;
  /** Something does not answer; called again as long as it does not. */
  away(words: string): void;
  /** Those in flight for which there is room, and more. */
  shown(flights: readonly FlightState[]): readonly FlightState[];
  /**
   * Leaves the terminal as it was, and gives the lines that should stay on it. Nothing is shown
   * after it.
   */
  end(): readonly string[];
}

/** Lines for a log: each thing once. */
export function createLog(output: Pick<Output, 'say'>): Show {
  let before: RolloutStatus | null = null;
  let isAway = false;
  return {
    status: () => undefined,
    targets(status, { ended }) {
      const back = isAway ? ['It answers again.'] : [];
      isAway = false;
      const { begun, ended: after } = changeLines(before, status, new Date());
      for (const line of [...back, ...begun, ...ended.map(endedLine), ...after]) output.say(line);
      before = status;
    },
    away(words) {
      if (!isAway) output.say(words);
      isAway = true;
    },
    shown: () => [],
    // What was said stays.
    end: () => [],
  };
}

const TICK_MS = 1_000;
// The screen shows a few dozen at most.
const KEPT_EVENTS = 200;
// It schedules every target that is left: a few milliseconds for thousands.
const FORECAST_EVERY_MS = 2_000;

/** One screen that is drawn again: at each second, at each news, and when the terminal is resized. */
export function createLiveShow(
  terminal: Terminal & Pick<NodeJS.WriteStream, 'on' | 'removeListener'>,
  { colors, steps }: { readonly colors: boolean; readonly steps: Steps },
): Show {
  const screen = createScreen(terminal);
  let latest: RolloutStatus | null = null;
  /** Up to which status events were told. */
  let told: RolloutStatus | null = null;
  let sight: TargetsSight | null = null;
  let events: readonly ToldEvent[] = [];
  let awayWords: string | null = null;
  let forecastWords: string | null = null;
  let forecastAtMs = 0;
  let isOver = false;
  const bad: string[] = [];

  const draw = () => {
    if (latest === null || isOver) return;
    const now = new Date();
    const rows = terminal.rows || 24;
    const frozen = sight?.frozen ?? null;
    const all = sight?.inFlight ?? [];
    const flights = shown(all).map((each) => flightOf(each, steps.of(each), frozen));
    screen.draw(
      frameLines(
        {
          ...{ status: latest, forecast: forecastWords, away: awayWords, now, rows },
          ...{ flights, inFlight: all.length, events },
        },
        { width: terminal.columns || 80, colors },
      ),
    );
  };
  const shown = (flights: readonly FlightState[]) => inOrder(flights).slice(0, terminal.rows || 24);

  const predict = () => {
    const { frozen = null, standing } = sight ?? {};
    const nowMs = Date.now();
    if (frozen === null || standing === undefined || latest === null) return;
    if (nowMs < forecastAtMs + FORECAST_EVERY_MS) return;
    forecastAtMs = nowMs;
    const now = new Date(nowMs);
    const status = latest;
    forecastWords = hasEnded(status.state)
      ? null
      : goingForecastWords(forecast(frozen, now.toISOString(), standing), { frozen, status, now });
  };

  // Ctrl-Z: the shell must get its own screen; the next tick after `fg` opens ours again.
  const stop = () => {
    screen.close();
    process.kill(process.pid, 'SIGSTOP');
  };

  const ticking = setInterval(draw, TICK_MS);
  terminal.on('resize', draw);
  process.on('SIGTSTP', stop);

  return {
    status(status) {
      latest = status;
      awayWords = null;
      draw();
    },
    targets(status, seen) {
      latest = status;
      sight = seen;
      awayWords = null;
      const now = new Date();
      const { begun, ended } = changeLines(told, status, now);
      told = status;
      const plain = (line: string): ToldEvent => ({ at: now.toISOString(), line, tone: 'plain' });
      const ends = seen.ended.map(endEvent);
      bad.push(...ends.filter(({ tone }) => tone === 'bad').map(({ line }) => line));
      // That a wave has ended may be known before the ends of its last targets are.
      events = [...events, ...begun.map(plain), ...ends, ...ended.map(plain)]
        .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
        .slice(-KEPT_EVENTS);
      predict();
      draw();
    },
    away(words) {
      awayWords = words;
      draw();
    },
    shown,
    end() {
      isOver = true;
      clearInterval(ticking);
      terminal.removeListener('resize', draw);
      process.removeListener('SIGTSTP', stop);
      screen.close();
      return latest === null ? [] : stayingLines(latest, bad);
    },
  };
}

/** What whoever watched should still see when the screen is gone. */
function stayingLines({ rolloutId, state, counts }: RolloutStatus, bad: readonly string[]) {
  const shown = bad.slice(0, MOST_BAD);
  const more = bad.length - shown.length;
  return [
    `${rolloutId}: ${state}, ${countsWords(counts)}`,
    ...shown,
    ...(more > 0 ? [`and ${more} more that did not succeed`] : []),
  ];
}

const MOST_BAD = 10;

function endEvent(ended: EndedTarget): ToldEvent {
  const outcome = ended.state.end?.outcome;
  const isWell = outcome === 'succeeded' || outcome === 'upToDate';
  const at = ended.state.endedAt ?? '';
  return { at, line: endedLine(ended), tone: isWell ? 'good' : 'bad' };
}
