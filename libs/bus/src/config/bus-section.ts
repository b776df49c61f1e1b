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
    .describe('What problem types start with. A path is served by the bus itself'),
  validationStatus: z
    .union([z.literal(400), z.literal(422)])
    .default(400)
    .describe('Status of VALIDATION_FAILED'),
  partialStatus: z
    .union([z.literal(200), z.literal(203), z.literal(207)])
    .default(200)
    .describe('Status of a composite that lacks optional parts'),
});

const shutdown = z.strictObject({
  drain: duration()
    .prefault('0s')
    .describe('How long the bus goes on serving after SIGTERM, while /health/ready is 503'),
  grace: duration({ min: 1 })
    .prefault('10s')
    .describe('How long requests in flight may take to finish once the bus has stopped accepting'),
});

const log = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is written'),
  errorFile: z.string().nullish().describe('A file that receives warnings and errors as JSON lines, too'),
});

const stores = z.strictObject({
  redis: redisUrl()
    .optional()
    .describe('A Redis that keeps rate limits and idempotency records, for all instances of the bus together'),
  prefix: z
    .string()
    .regex(/^[\w.:-]*$/, 'expected letters, digits, dots, colons and dashes')
    .default('')
    .describe('What the keys in that Redis begin with, for one that others use, too'),
  postgres: postgresUrl()
    .optional()
    .describe('A PostgreSQL that keeps idempotency records, for all instances of the bus together'),
  schema: schemaName
    .optional()
    .describe('The schema of their table in that PostgreSQL. Default: the first of its search path'),
});

/** The section `bus:` of the configuration. */
export const busSection = defineSection({
  key: 'bus',
  schema: z.strictObject({
    name: z
      .string()
      .regex(/^[\w.-]+$/, 'expected letters, digits, dots and dashes')
      .default('trunkline')
      .describe('Name of the bus, in logs and challenges'),
    services: z.array(z.string()).default([]).describe('Directories: every *.service.js below them is loaded'),
    http: httpOptions.prefault({}).describe('The listener that channels share'),
    security: securityChoice
      .default('none')
      .describe('Who may call channels that do not say it themselves: as `security` of a channel'),
    authFailures: authFailuresOption.prefault({}),
    errors: errors.prefault({}).describe('Error answers'),
    maintenance: maintenanceWindow.optional().describe('Present while the bus is worked on: 503 `MAINTENANCE`'),
    shutdown: shutdown.prefault({}).describe('What happens on SIGTERM'),
    log: log.prefault({}).describe('Logs'),
    stores: stores
      .prefault({})
      .describe('What is kept between requests. Without them it is in memory, for each instance by itself'),
    rateLimit: rateLimitOption
      .optional()
      .describe('The limits of channels that say nothing; each of them counts for itself. Default: none'),
    jobs: jobsConfig.prefault({}).describe('Jobs: where they are kept and how they are run'),
    chaos: z.boolean().default(false).describe('Whether connections may have `chaos`: never where calls matter'),
  }),
});
