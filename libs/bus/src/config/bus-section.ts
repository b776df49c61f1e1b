import { errorFormat, authFailuresOption, httpOptions, rateLimitOption, securityChoice } from '@trunkline/channels';
import { defineSection, duration, postgresUrl, redisUrl, schemaName } from '@trunkline/config';
import { maintenanceWindow } from '@trunkline/http-server';
import { jobsConfig } from '@trunkline/jobs';
import { z } from 'zod';

const errors = z.strictObject({
  format: errorFormat.default('problem'),
  typeBase: z
    .string()
    .regex(/\/$/, 'expected a URL or path that ends with /')
    .default('/errors/')
    .describe('Prefix of problem types. A path is served by the bus itself'),
  validationStatus: z
    .union([z.literal(400), z.literal(422)])
    .default(400)
    .describe('Status of VALIDATION_FAILED'),
  partialStatus: z
    .union([z.literal(200), z.literal(203), z.literal(207)])
    .default(200)
    .describe('Status of a composite response without some optional parts'),
});

const shutdown = z.strictObject({
  drain: duration()
    .prefault('0s')
    .describe('Time after SIGTERM in which the bus keeps serving while /health/ready is 503'),
  grace: duration({ min: 1 })
    .prefault('10s')
    .describe('Time that requests and jobs have to finish once the bus has stopped accepting'),
});

const log = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Lowest level that is written'),
  errorFile: z.string().nullish().describe('A file to which warnings and errors are also written, as JSON lines'),
});

const stores = z.strictObject({
  redis: redisUrl()
    .optional()
    .describe('A Redis for rate limits and idempotency records, shared by all instances of the bus'),
  prefix: z
    .string()
    .regex(/^[\w.:-]*$/, 'expected letters, digits, dots, colons and dashes')
    .default('')
    .describe('Prefix of the keys in that Redis, when other applications use it, too'),
  postgres: postgresUrl()
    .optional()
    .describe('A PostgreSQL for idempotency records, shared by all instances of the bus'),
  schema: schemaName
    .optional()
    .describe('The schema of their table in that PostgreSQL. Default: the first of the search path'),
});

/** The section `bus:` of the configuration. */
export const busSection = defineSection({
  key: 'bus',
  schema: z.strictObject({
    name: z
      .string()
      .regex(/^[\w.-]+$/, 'expected letters, digits, dots and dashes')
      .default('trunkline')
      .describe('Name of the bus, in logs and authentication challenges'),
    services: z.array(z.string()).default([]).describe('Directories: every *.service.js below them is loaded'),
    http: httpOptions.prefault({}).describe('The listener that channels share'),
    security: securityChoice.default('none').describe('Default `security` of channels'),
    authFailures: authFailuresOption.prefault({}),
    errors: errors.prefault({}).describe('Error responses'),
    maintenance: maintenanceWindow
      .optional()
      .describe('While this key is present, the bus responds with 503 `MAINTENANCE`'),
    shutdown: shutdown.prefault({}).describe('Shutdown on SIGTERM'),
    log: log.prefault({}).describe('Logs'),
    stores: stores
      .prefault({})
      .describe('Stores of rate limits and idempotency records. Default: the memory of each instance'),
    rateLimit: rateLimitOption
      .optional()
      .describe('Default `rateLimit` of channels; each channel counts by itself. Default: none'),
    jobs: jobsConfig.prefault({}).describe('Storage and execution of jobs'),
    chaos: z
      .boolean()
      .default(false)
      .describe('Whether connections may have `chaos`, fault injection for rehearsals. Never true in production'),
  }),
});
