/**
 * Loads a command when it is run, so that printing the help loads neither Nest nor Fastify.
 */
/* oxlint-disable typescript/no-require-imports -- an import would load all of them */
import type * as Check from './check';
import type * as DeadLetters from './dead-letters';
import type * as HashKey from './hash-key';
import type * as Invoke from './invoke';
import type * as JobSchema from './job-schema';
import type * as Listings from './listings';
import type * as Maintenance from './maintenance';
import type * as OpenApi from './openapi';
import type * as Ping from './ping';
import type * as Schedules from './schedules';
import type * as Schema from './schema';
import type * as Start from './start';

export const load = {
  check: (): typeof Check => require('./check'),
  deadLetters: (): typeof DeadLetters => require('./dead-letters'),
  hashKey: (): typeof HashKey => require('./hash-key'),
  invoke: (): typeof Invoke => require('./invoke'),
  jobSchema: (): typeof JobSchema => require('./job-schema'),
  listings: (): typeof Listings => require('./listings'),
  maintenance: (): typeof Maintenance => require('./maintenance'),
  openApi: (): typeof OpenApi => require('./openapi'),
  ping: (): typeof Ping => require('./ping'),
  schedules: (): typeof Schedules => require('./schedules'),
  schema: (): typeof Schema => require('./schema'),
  start: (): typeof Start => require('./start'),
};
