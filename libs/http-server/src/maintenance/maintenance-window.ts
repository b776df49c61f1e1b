import { duration } from '@trunkline/config';
import { z } from 'zod';

/** The option `maintenance`: its presence opens a maintenance window. */
export const maintenanceWindow = z.strictObject({
  retryAfter: duration({ min: 1 }).optional().describe('Value of Retry-After. Default: the time until `until`, or 1m'),
  until: z.iso
    .datetime({ offset: true, error: 'expected a time such as 2026-11-21T18:00:00Z' })
    .optional()
    .describe('Time at which maintenance ends, also sent to clients. Default: no end'),
});

/**
 * A period in which requests get 503 `MAINTENANCE`: `retryAfter` in milliseconds, `until` as a time of RFC 3339. Without `until` an operator
 * ends it.
 */
export type MaintenanceWindow = Readonly<z.output<typeof maintenanceWindow>>;

/** The open maintenance windows of a server. */
export interface MaintenanceWindows {
  /** For all requests, except those for health and documentation. */
  readonly server?: MaintenanceWindow | undefined;
  /** For the requests of one scope, by its name. */
  readonly scopes: Readonly<Record<string, MaintenanceWindow>>;
}
