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
        'Origins whose pages may call the channel; https://*.example.com for sub-domains of one label or more, * for all origins, without credentials',
      ),
    headers: z.array(z.string().regex(HEADER)).default([]).describe('Request headers that pages may send'),
    expose: z.array(z.string().regex(HEADER)).default([]).describe('Response headers that pages may read'),
    credentials: z.boolean().default(false).describe('Whether requests may include cookies and HTTP authentication'),
    maxAge: duration().prefault('10m').describe('How long browsers may cache the response to a preflight'),
  })
  .refine(({ origins, credentials }) => !(credentials && origins.includes('*')), {
    error: 'expected origins by name with `credentials`',
    path: ['origins'],
  })
  .describe('Cross-origin requests from browsers. Default: none are allowed');
