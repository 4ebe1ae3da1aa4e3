import type { Connection } from '@temporalio/client';
import { UPWAVE_FAMILY, UPWAVE_OUTCOME, UPWAVE_ROLLOUT, UPWAVE_WAVE } from '../workflows/messages';

const KEYS = [UPWAVE_ROLLOUT, UPWAVE_WAVE, UPWAVE_FAMILY, UPWAVE_OUTCOME];
const KEYWORD = 2; // temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD

/** A connection of the client or of a worker. */
type AnyConnection = Pick<Connection, 'operatorService'>;

/**
 * Makes the search attributes of upwave known to the namespace; those that are there stay. Needs the
 * right to change the namespace once; afterwards it only reads.
 */
export async function registerSearchAttributes(
  connection: AnyConnection,
  namespace: string,
): Promise<void> {
  const { operatorService } = connection;
  const known = await operatorService.listSearchAttributes({ namespace });
  const missing = KEYS.filter((key) => !(key.name in (known.customAttributes ?? {})));
  if (missing.length === 0) return;

  const searchAttributes = Object.fromEntries(missing.map((key) => [key.name, KEYWORD]));
  await operatorService.addSearchAttributes({ namespace, searchAttributes });
}
