import { refineStoreUrl, duration, schemaName, secret, size, tlsSettings } from '@trunkline/config';
import { isServiceName } from '@trunkline/service';
import { z } from 'zod';
import { backoffConfig } from './backoff-config';

const BACKEND = /^(?:embedded$|rediss?(?:-sentinel|-cluster)?:\/\/|postgres(?:ql)?:\/\/)/;
const PREFIX = /^[\w.:-]*(?:[\w.:-]|\{[\w.:-]+\})[\w.:-]*$/;

/** At most so many jobs of a lane begin within a span of time, over all hosts. */
export const rateLimit = z.strictObject({
  limit: z.int().min(1).describe('So many attempts'),
  per: duration({ min: '1ms' }).describe('within this time, over all hosts'),
});

/** How many jobs a host runs at once. */
export const concurrency = z.int().min(1).max(1_000);

/** How often a job is tried. */
export const attempts = z.int().min(1).max(100);

const retention = z.strictObject({
  completed: duration({ min: '1s' }).prefault('1h').describe('How long a job that has completed can be asked for'),
  completedCount: z
    .int()
    .min(1)
    .default(1_000)
    .describe('and how many of them are kept, per service with jobs of its own lane'),
  deadLetters: duration({ min: '1s' }).prefault('14d').describe('How long dead letters are kept'),
});

const unknownService = z.strictObject({
  for: duration({ min: 0 })
    .prefault('1h')
    .describe('How long a job is given back that no host has the service for, before it is a dead letter'),
});

const serviceConfig = z.strictObject({
  concurrency: concurrency
    .optional()
    .describe('How many of its jobs a host runs at once. Default: as many as there is room for'),
  rateLimit: rateLimit.optional().describe('How many of its attempts may begin in a span of time, over all hosts'),
  attempts: attempts.optional().describe('How often its jobs are tried. Default: bus.jobs.attempts'),
  timeout: duration({ min: 1 }).optional().describe('The longest one attempt may take. Default: bus.jobs.timeout'),
});

/** `bus.jobs`: where jobs are kept and how they are run. */
export const jobsConfig = z
  .strictObject({
    backend: refineStoreUrl(
      secret().regex(BACKEND, { error: 'expected `embedded`, a redis:// or a postgres:// URL', abort: true }),
    )
      .default('embedded')
      .describe('Where jobs are kept: `embedded` in this process, or in the Redis or PostgreSQL of a URL'),
    directory: z.string().default('.trunkline/jobs').describe('Where `embedded` keeps them: one process per directory'),
    prefix: z
      .string()
      .regex(PREFIX, 'expected letters, digits, dots, colons and dashes, with braces around a part or none of them')
      .default('{trunkline}')
      .describe(
        'What the keys in Redis begin with. All jobs have to be in one slot of a cluster: without braces, it is put in braces',
      ),
    schema: schemaName.default('trunkline_jobs').describe('The schema of the tables in PostgreSQL'),
    tls: tlsSettings.optional().describe('TLS of a `rediss://` backend; certificates are verified, always'),
    durability: z
      .enum(['strict', 'relaxed'])
      .default('strict')
      .describe('Whether a Redis that may lose jobs (no append-only file, eviction) is refused'),
    concurrency: concurrency
      .default(10)
      .describe('How many jobs a host runs at once, besides those of lanes of their own'),
    attempts: attempts.default(5).describe('How often a job is tried, the first time included'),
    backoff: backoffConfig.prefault({}).describe('How long to wait between attempts, give or take a half'),
    timeout: duration({ min: 1 }).prefault('5m').describe('The longest one attempt may take'),
    lock: duration({ min: '1s' })
      .prefault('10s')
      .describe(
        'How long a host may do nothing for its jobs, dead or with a blocked event loop, before others take them up',
      ),
    maxInput: size({ min: '1B', max: '16MiB' }).prefault('1MiB').describe('Largest input of a job, as JSON'),
    claims: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Claims of callers that jobs keep, for `request.caller.claims`. Name, scopes and definition are kept always',
      ),
    retention: retention.prefault({}).describe('How long jobs are kept that have ended'),
    unknownService: unknownService
      .prefault({})
      .describe('What becomes of a job that a host has no service for, as while hosts are replaced one by one'),
    services: z
      .record(z.string().refine(isServiceName, 'expected the name of a service, such as report.build'), serviceConfig)
      .default({})
      .describe('Jobs of single services, by name. One with a concurrency or rate limit has a lane of its own'),
  })
  .refine(({ backend, tls }) => tls === undefined || backend.startsWith('rediss'), {
    path: ['tls'],
    error: 'expected a rediss:// backend beside it: a PostgreSQL takes sslmode and sslrootcert in its URL',
  });

/** `bus.jobs`, checked. */
export type JobsConfig = z.infer<typeof jobsConfig>;
