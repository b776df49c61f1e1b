import { z } from 'zod';

/** Excludes blanks, control characters and backslashes, which URL parsers remove or replace silently. */
const PLAIN = {
  expected: 'expected an http:// or https:// URL without credentials, query or fragment',
  pattern: /^https?:\/\/[^\s\p{Cc}\\/?#@]+(\/[^\s\p{Cc}\\?#]*)?$/u,
};
const WITH_QUERY = {
  expected: 'expected an http:// or https:// URL without credentials or fragment',
  pattern: /^https?:\/\/[^\s\p{Cc}\\/?#@]+(\/[^\s\p{Cc}\\?#]*(\?[^\s\p{Cc}\\#]*)?)?$/u,
};

/** Options of a URL. */
export interface HttpUrlOptions {
  /** Whether it may have a query, as the addresses of a single document may. Default: false. */
  readonly allowQuery?: boolean;
}

/** The URL of an HTTP system, unchanged: `http` or `https`, without credentials or fragment. */
export function httpUrl({ allowQuery = false }: HttpUrlOptions = {}) {
  const { expected, pattern } = allowQuery ? WITH_QUERY : PLAIN;
  return z
    .string({ error: expected })
    .regex(pattern, { error: expected, abort: true })
    .refine((text) => URL.canParse(text), { error: expected })
    .meta({ title: 'URL', format: 'uri', examples: ['https://api.example.com/v2'] });
}
