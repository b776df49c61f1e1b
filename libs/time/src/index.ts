/**
 * Time for the bus: durations people write, deadlines that are handed down, and scopes that end work when its time is up.
 * Not for: calendars, time zones or cron.
 */
export { type Clock, systemClock } from './clock';
export { type Duration, formatDuration, parseDuration, toMs } from './duration';
export { TimeoutError } from './timeout-error';
export { waitWithTimeout } from './wait-with-timeout';
export { Deadline } from './deadline';
export { CancelScope, type CancelListener } from './cancel-scope';
