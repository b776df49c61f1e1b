/** A cron pattern is invalid. The message names the field, its text and the reason. */
export class CronSyntaxError extends Error {
  override readonly name = 'CronSyntaxError';
}
