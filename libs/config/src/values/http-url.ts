import { z } from 'zod';

const EXPECTED = 'expected an http:// or https:// URL without credentials, query or fragment';
/** Excludes blanks, control characters and backslashes, which URL parsers remove or replace silently. */
const PATTERN = /^https?:\/\/[^\s\p{Cc}\\/?#@]+(\/[^\s\p{Cc}\\?#]*)?$/u;

/** The URL of an HTTP system, unchanged: `http` or `https`, without credentials, query or fragment. */
export function httpUrl() {
  return z
    .string({ error: EXPECTED })
    .regex(PATTERN, { error: EXPECTED, abort: true })
    .refine((text) => URL.canParse(text), { error: EXPECTED })
    .meta({ title: 'URL', format: 'uri', examples: ['https://api.example.com/v2'] });
}
