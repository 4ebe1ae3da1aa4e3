import type { RefusalKind, Submission } from '../rollout/upgrade';
import type { Sent } from './api';
import type { ErrorClass } from './error-codes';

/** What a family makes of a submit: an answer is its own affair, the rest is the same for all. */
export function submissionOf<T>(sent: Sent<T>, accept: (answer: T) => Submission): Submission {
  switch (sent.state) {
    case 'answered':
      return accept(sent.answer);
    case 'unknown':
      return sent;
    case 'refused':
      return {
        state: 'rejected',
        kind: kindOf(sent.class),
        code: sent.code,
        words: sent.words,
      };
  }
}

function kindOf(refusal: ErrorClass): RefusalKind {
  switch (refusal) {
    case 'busy':
    // The next attempt finds that upgrade and follows it.
    case 'upgrading':
      return 'busy';
    case 'alreadyThere':
      return 'alreadyThere';
    case 'forGood':
    case 'notFound':
      return 'forGood';
    // A code we do not know may be worth another try: a refused request has changed nothing.
    case 'unknown':
    case 'forNow':
    case 'jobNotFound':
      return 'forNow';
    case 'access':
    case 'token':
    case 'throttled':
    case 'endpoint':
    case 'server':
      throw new Error(`internal: ${refusal} is no refusal of a target`);
  }
}
