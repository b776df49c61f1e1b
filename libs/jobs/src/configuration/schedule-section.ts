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
        'Minute, hour, day of month, month, day of week; six fields start with seconds; or a macro such as `@daily`. `H` is a fixed value derived from the name of the schedule',
      ),
    timezone: z
      .string()
      .refine(isTimeZone, 'expected a time zone such as Europe/Stockholm')
      .default('UTC')
      .describe('Time zone of `cron`'),
    every: duration({ min: '1s' }).optional().describe('Interval, instead of `cron`. The first tick is immediate'),
    service: z
      .string()
      .refine(isServiceName, 'expected the name of a service, such as report.nightly')
      .describe('Name of the service that is invoked'),
    input: z.unknown().optional().describe('Input of the service. Default: {}'),
    missed: z
      .enum(['once', 'skip'])
      .default('once')
      .describe('What happens to ticks that were missed while no host was running: one job for all of them, or none'),
    overlap: z
      .enum(['skip', 'queue'])
      .default('skip')
      .describe(
        'What happens to a tick while the job of an earlier one is unfinished: no job, or one that may run concurrently',
      ),
    attempts: attempts.optional().describe('Number of attempts of its jobs. Default: that of the service'),
    timeout: duration({ min: 1 }).optional().describe('Time limit of one attempt. Default: that of the service'),
  })
  .refine(({ cron, every }) => (cron === undefined) !== (every === undefined), {
    error: 'expected either `cron` or `every`',
  })
  .describe('A job that recurs');

/** A validated schedule of the configuration. */
export type ScheduleConfig = z.infer<typeof schedule>;

/** The section `schedule:` of the configuration. */
export const scheduleSection = defineSection({
  key: 'schedule',
  schema: z
    .record(z.string().regex(NAME, 'expected words of a-z and 0-9 joined by `.`, `-` or `_`').max(100), schedule)
    .describe('Jobs that recur, by name'),
});
