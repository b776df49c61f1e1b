import { z } from 'zod';
import { isFreeHeaderName, isHeaderValue } from '../request/header-rules';

/** The name of a header that is neither HTTP's nor the bus's own to set. */
export const headerName = z
  .string()
  .refine(isFreeHeaderName, { error: 'expected the name of a header that may be set, such as X-Client' });

/** Headers that are always the same, by name. */
export const fixedHeaders = z
  .record(headerName, z.string().refine(isHeaderValue, { error: 'expected text that can stand in a header' }))
  .describe('Headers that are sent each time');
