import { z } from 'zod';
import { isHeaderValue, isSettableHeaderName } from '@trunkline/security';

/** The name of a header that configuration may set: neither HTTP nor the bus sets it. */
export const headerName = z
  .string()
  .refine(isSettableHeaderName, { error: 'expected the name of a header that may be set, such as X-Client' });

/** Constant headers by name. */
export const configuredHeaders = z
  .record(headerName, z.string().refine(isHeaderValue, { error: 'expected text that is valid in a header' }))
  .describe('Headers that every request has');
