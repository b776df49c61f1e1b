import { z } from 'zod';

/** RFC 6749, appendix A.4 */
const SCOPE_PATTERN = /^[\u0021\u0023-\u005b\u005d-\u007e]+$/;

/** A scope, a permission of a caller: a word without blanks, quotes and backslashes (RFC 6749 §3.3). */
export const scope = z.string().regex(SCOPE_PATTERN, 'expected a scope without blanks, quotes and backslashes');
