import { refineStoreUrl, duration, schemaName, secret, size, tlsSettings } from '@trunkline/config';
import { isServiceName } from '@trunkline/service';
import { z } from 'zod';
import { backoffConfig } from './backoff-config';

const BACKEND = /^(?:embedded$|rediss?(?:-sentinel|-cluster)?:\/\/|postgres(?:ql)?:\/\/)/;
const PREFIX = /^[\w.:-]*(?:[\w.:-]|\{[\w.:-]+\})[\w.:-]*$/;

/** Limits how many attempts of a queue start within a period, over all hosts. */
export const rateLimit = z.strictObject({
  limit: z.int().min(1).describe('Number of attempts that may start per period, over all hosts'),
  per: duration({ min: '1ms' }).describe('Length of the period'),
});

/** Number of jobs that a host runs at once. */
export const concurrency = z.int().min(1).max(1_000);

/** Number of attempts of a job. */
export const attempts = z.int().min(1).max(100);

const retention = z.strictObject({
  completed: duration({ min: '1s' }).prefault('1h').describe('How long a completed job is kept'),
  completedCount: z.int().min(1).default(1_000).describe('Number of completed jobs that are kept, in each queue'),
  deadLetters: duration({ min: '1s' }).prefault('14d').describe('How long dead letters are kept'),
});

const unknownService = z.strictObject({
  for: duration({ min: 0 })
    .prefault('1h')
    .describe('How long a job whose service no host has stays queued before it becomes a dead letter'),
});

const serviceConfig = z.strictObject({
  concurrency: concurrency
    .optional()
    .describe('Number of its jobs that a host runs at once. Default: bus.jobs.concurrency'),
  rateLimit: rateLimit.optional().describe('How many of its attempts may start per period, over all hosts'),
  attempts: attempts.optional().describe('Number of attempts of its jobs. Default: bus.jobs.attempts'),
  timeout: duration({ min: 1 }).optional().describe('Time limit of one attempt. Default: bus.jobs.timeout'),
});

/** `bus.jobs`: where jobs are stored and how they are run. */
export const jobsConfig = z
  .strictObject({
    backend: refineStoreUrl(
      secret().regex(BACKEND, { error: 'expected `embedded`, a redis:// or a postgres:// URL', abort: true }),
    )
      .default('embedded')
      .describe('Where jobs are stored: `embedded` in this process, or the URL of a Redis or PostgreSQL'),
    directory: z
      .string()
      .default('.trunkline/jobs')
      .describe('Directory of an `embedded` store. Only one process may use it'),
    prefix: z
      .string()
      .regex(PREFIX, 'expected letters, digits, dots, colons and dashes, with braces around a part or none of them')
      .default('{trunkline}')
      .describe(
        'Prefix of the keys in Redis. All jobs have to be in one slot of a cluster: a prefix without braces is put in braces',
      ),
    schema: schemaName.default('trunkline_jobs').describe('Schema of the tables in PostgreSQL'),
    tls: tlsSettings.optional().describe('TLS settings of a `rediss://` backend. Certificates are always verified'),
    durability: z
      .enum(['strict', 'relaxed'])
      .default('strict')
      .describe('Whether a Redis that may lose jobs (no append-only file, eviction) is rejected'),
    concurrency: concurrency
      .default(10)
      .describe('Number of jobs that a host runs at once, in addition to those of dedicated queues'),
    attempts: attempts.default(5).describe('Number of attempts of a job, including the first'),
    backoff: backoffConfig
      .prefault({})
      .describe('Wait between attempts: a random time from half the bound to the whole of it'),
    timeout: duration({ min: 1 }).prefault('5m').describe('Time limit of one attempt'),
    lock: duration({ min: '1s' })
      .prefault('10s')
      .describe('How long a host may be crashed or blocked before other hosts take over its jobs'),
    maxInput: size({ min: '1B', max: '16MiB' }).prefault('1MiB').describe('Largest input of a job, as JSON'),
    claims: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Claims of the caller that jobs keep, for `request.caller.claims`. Name, scopes and definition are always kept',
      ),
    retention: retention.prefault({}).describe('How long finished jobs are kept'),
    unknownService: unknownService
      .prefault({})
      .describe('What happens to a job whose service a host does not have, for example during a rolling deployment'),
    services: z
      .record(z.string().refine(isServiceName, 'expected the name of a service, such as report.build'), serviceConfig)
      .default({})
      .describe(
        'Settings for the jobs of single services, by name. A service with a concurrency or rate limit gets a dedicated queue',
      ),
  })
  .refine(({ backend, tls }) => tls === undefined || backend.startsWith('rediss'), {
    path: ['tls'],
    error: 'expected a rediss:// backend beside it: for PostgreSQL, set sslmode and sslrootcert in its URL',
  });

/** Validated `bus.jobs`. */
export type JobsConfig = z.infer<typeof jobsConfig>;
