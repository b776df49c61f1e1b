/** A text is no cron pattern. The message names the field, what it holds and why that is rejected. */
export class CronSyntaxError extends Error {
  override readonly name = 'CronSyntaxError';
}
