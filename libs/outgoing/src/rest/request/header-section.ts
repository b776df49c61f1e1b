import { z } from 'zod';
import { isHeaderValue, isSettableHeaderName } from '@trunkline/security';

/** The name of a header that is neither HTTP's nor the bus's own to set. */
export const headerName = z
  .string()
  .refine(isSettableHeaderName, { error: 'expected the name of a header that may be set, such as X-Client' });

/** Headers that are always the same, by name. */
export const configuredHeaders = z
  .record(headerName, z.string().refine(isHeaderValue, { error: 'expected text that can stand in a header' }))
  .describe('Headers that are sent each time');
