import { httpUrl } from '@trunkline/config';
import { z } from 'zod';

const INSTANT = 'expected a date such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z';

const instant = () => z.iso.datetime({ offset: true, error: INSTANT }).or(z.iso.date({ error: INSTANT }));

/** `deprecated` of a channel. */
export const deprecated = z
  .strictObject({
    since: instant().describe('Date of the deprecation'),
    sunset: instant().optional().describe('Date on which the channel will become unavailable'),
    link: httpUrl().optional().describe('Page about the replacement'),
  })
  .refine(({ since, sunset }) => sunset === undefined || Date.parse(sunset) >= Date.parse(since), {
    error: 'expected a sunset that is not before the deprecation',
    path: ['sunset'],
  })
  .describe('Marks the channel as deprecated: Deprecation, Sunset and Link on every response');

/** The deprecation of a channel; times are in ISO 8601. */
export type Deprecation = z.output<typeof deprecated>;
