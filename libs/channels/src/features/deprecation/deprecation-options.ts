import { httpUrl } from '@trunkline/config';
import { z } from 'zod';

const INSTANT = 'expected a date such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z';

const instant = () => z.iso.datetime({ offset: true, error: INSTANT }).or(z.iso.date({ error: INSTANT }));

/** `deprecated` of a channel. */
export const deprecated = z
  .strictObject({
    since: instant().describe('When it was deprecated, or will be'),
    sunset: instant().optional().describe('When it will stop to answer'),
    link: httpUrl().optional().describe('Where it is written what to use instead'),
  })
  .refine(({ since, sunset }) => sunset === undefined || Date.parse(sunset) >= Date.parse(since), {
    error: 'expected a sunset that is not before the deprecation',
    path: ['sunset'],
  })
  .describe('That it is on its way out: Deprecation, Sunset and Link on every answer');

/** The deprecation of a channel; times are in ISO 8601. */
export type Deprecation = z.output<typeof deprecated>;
