import { z } from 'zod';
import { EMPTY_LIST_RULES } from './query-string';

/** The setting `emptyList` of a connection or an operation. */
export const emptyList = z
  .enum(EMPTY_LIST_RULES)
  .describe(
    'An empty list in a query: `refuse` fails the call with 400, `drop` leaves its key out, `keep` sends the key without a value. Default: refuse on DELETE, drop elsewhere',
  );
