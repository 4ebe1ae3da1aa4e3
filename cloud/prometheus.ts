import { z } from 'zod';
import type { Redact, Sample, Seen } from '../rollout/health';
import type { HttpAnswer } from './http';

/** Prometheus, HTTP API v1, instant queries (`/api/v1/query`). Numbers come as text. */

const Point = z.tuple([z.number(), z.string()]);
const Vector = z.array(
  z.object({
    metric: z.record(z.string(), z.string()),
    // A native histogram has no value.
    value: Point.optional(),
  }),
);
const Success = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('vector'), result: Vector }),
    z.object({ resultType: z.literal('scalar'), result: Point }),
    z.object({ resultType: z.literal('string'), result: Point }),
    z.object({ resultType: z.literal('matrix') }),
  ]),
});
const Failure = z.object({
  status: z.literal('error'),
  errorType: z.string(),
  error: z.string().optional(),
});

export interface QueryAnswer {
  /** Scheme and host, fit to be shown. */
  readonly from: string;
  readonly answer: HttpAnswer;
  readonly redact: Redact;
  /** Neither address nor query hold a secret, so that the server's own words may be shown. */
  readonly isOpen: boolean;
}

/** The samples of an answer; anything but samples is a check that could not be made. */
export function readSamples({ from, answer, redact, isOpen }: QueryAnswer): Seen {
  const { status, content } = answer;
  const json = content.kind === 'json' ? content.value : undefined;
  const failure = Failure.safeParse(json).data;
  if (failure !== undefined || status !== 200) {
    const why = failure === undefined ? '' : `: ${wordsOf(failure, isOpen)}`;
    return nothing(`${from} answered ${status}${redact(why).slice(0, MOST_SHOWN)}`);
  }
  const read = Success.safeParse(json).data;
  if (read === undefined) return nothing(`${from} did not answer as Prometheus does`);
  const { data } = read;
  switch (data.resultType) {
    case 'matrix':
      return nothing(`the query at ${from} gave ranges, not samples of one instant`);
    case 'string':
      return { kind: 'samples', from, samples: [{ of: '', value: data.result[1] }] };
    case 'scalar':
      return { kind: 'samples', from, samples: [{ of: '', value: numberOf(data.result[1]) }] };
    case 'vector':
      return { kind: 'samples', from, samples: data.result.map((one) => toSample(one, redact)) };
  }
}

// An error of a query, or the labels of a sample, can be longer than everything else together.
const MOST_SHOWN = 150;

function nothing(words: string): Seen {
  return { kind: 'nothing', words };
}

function wordsOf({ errorType, error }: z.infer<typeof Failure>, isOpen: boolean): string {
  return isOpen && error !== undefined ? `${errorType}, ${error}` : errorType;
}

function toSample({ metric, value }: z.infer<typeof Vector>[number], redact: Redact): Sample {
  const { __name__: name = '', ...labels } = metric;
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  const of = `${name}${pairs.length === 0 ? '' : `{${pairs.join(', ')}}`}`;
  return {
    of: redact(of).slice(0, MOST_SHOWN),
    value: value === undefined ? Number.NaN : numberOf(value[1]),
  };
}

/** What is no number cannot be compared: NaN. */
function numberOf(text: string): number {
  const infinite = /^([+-]?)Inf$/.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return text.trim() === '' ? Number.NaN : Number(text);
}
