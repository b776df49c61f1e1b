import { z } from 'zod';

const EXPECTED = 'expected an http:// or https:// URL without credentials, query or fragment';
/** Blanks, control characters and backslashes are out because URL parsers drop or mend them silently. */
const PATTERN = /^https?:\/\/[^\s\p{Cc}\\/?#@]+(\/[^\s\p{Cc}\\?#]*)?$/u;

/** The address of an HTTP system, as it was written: `http` or `https`, without credentials, query or fragment. */
export function httpUrl() {
  return z
    .string({ error: EXPECTED })
    .regex(PATTERN, { error: EXPECTED, abort: true })
    .refine((text) => URL.canParse(text), { error: EXPECTED })
    .meta({ title: 'URL', format: 'uri', examples: ['https://api.example.com/v2'] });
}
