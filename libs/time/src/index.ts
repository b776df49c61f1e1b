/**
 * Time: durations in configuration and code, deadlines that are passed on, scopes that cancel work at its deadline, and waits with a timeout.
 * Not for: calendars, time zones or cron.
 */
export { type Clock, systemClock } from './clock';
export { type Duration, formatDuration, parseDuration, toMs } from './duration';
export { TimeoutError } from './timeout-error';
export { waitWithTimeout } from './wait-with-timeout';
export { Deadline } from './deadline';
export { CancelScope } from './cancel-scope';
export type { CancelListener, CancelSubscription } from './cancel-subscription';
