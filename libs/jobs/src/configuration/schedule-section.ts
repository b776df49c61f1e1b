import { defineSection, duration } from '@trunkline/config';
import { isServiceName } from '@trunkline/service';
import { z } from 'zod';
import { findCronMistake } from '../cron/check-cron';
import { isTimeZone } from '../cron/time-zone';
import { attempts } from './jobs-config';

const NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

const schedule = z
  .strictObject({
    cron: z
      .string()
      .superRefine((text, context) => {
        const message = findCronMistake(text);
        if (message !== undefined) context.addIssue({ code: 'custom', message });
      })
      .optional()
      .describe(
        'When: minute, hour, day of month, month, day of week; six fields begin with seconds; or a macro such as `@daily`. `H` is a value of the schedule’s own',
      ),
    timezone: z
      .string()
      .refine(isTimeZone, 'expected a time zone such as Europe/Stockholm')
      .default('UTC')
      .describe('Time zone that `cron` is read in'),
    every: duration({ min: '1s' }).optional().describe('In place of `cron`: so often, the first time at once'),
    service: z
      .string()
      .refine(isServiceName, 'expected the name of a service, such as report.nightly')
      .describe('Name of the service that is invoked'),
    input: z.unknown().optional().describe('Its input. Default: {}'),
    missed: z
      .enum(['once', 'skip'])
      .default('once')
      .describe('What becomes of ticks that came while no host ran: one job for all of them, or none'),
    overlap: z
      .enum(['skip', 'queue'])
      .default('skip')
      .describe('What becomes of a tick whose predecessor has not ended: no job, or one that may run beside it'),
    attempts: attempts.optional().describe('How often a job of it is tried. Default: as for the service'),
    timeout: duration({ min: 1 }).optional().describe('The longest one attempt may take. Default: as for the service'),
  })
  .refine(({ cron, every }) => (cron === undefined) !== (every === undefined), {
    error: 'expected either `cron` or `every`',
  })
  .describe('A job that recurs');

/** One schedule of the configuration, checked. */
export type ScheduleConfig = z.infer<typeof schedule>;

/** The section `schedule:` of the configuration. */
export const scheduleSection = defineSection({
  key: 'schedule',
  schema: z
    .record(z.string().regex(NAME, 'expected words of a-z and 0-9 joined by `.`, `-` or `_`').max(100), schedule)
    .describe('Jobs that recur, by name'),
});
