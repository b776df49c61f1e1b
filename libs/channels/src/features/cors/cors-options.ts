import { duration } from '@trunkline/config';
import { z } from 'zod';
import { isOriginPattern } from './cors-origin';

const ORIGIN =
  'expected an origin as browsers send it, such as https://app.example.com, https://*.example.com for its sub-domains, or *';
const HEADER = /^[\w!#$%&'*+.^`|~-]+$/;

/** `cors` of a channel. */
export const corsOption = z
  .strictObject({
    origins: z
      .array(z.string().refine(isOriginPattern, ORIGIN))
      .min(1)
      .describe(
        'Origins whose pages may call the channel; https://*.example.com for sub-domains of one label or more, * for all, without credentials',
      ),
    headers: z.array(z.string().regex(HEADER)).default([]).describe('Headers that requests may have'),
    expose: z.array(z.string().regex(HEADER)).default([]).describe('Headers of answers that pages may read'),
    credentials: z.boolean().default(false).describe('Whether cookies and HTTP authentication go along'),
    maxAge: duration().prefault('10m').describe('How long a browser may keep what a preflight told it'),
  })
  .refine(({ origins, credentials }) => !(credentials && origins.includes('*')), {
    error: 'expected the origins by name where credentials go along',
    path: ['origins'],
  })
  .describe('Which pages of other origins may call it from a browser. Default: none');
