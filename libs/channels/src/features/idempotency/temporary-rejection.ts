const STATUSES: ReadonlySet<number> = new Set([429, 503]);

/**
 * Whether a status says that the request was not processed and should be sent again later. Such a response is never replayed: the
 * same key would get it for ever.
 */
export function isTemporaryRejection(status: number): boolean {
  return STATUSES.has(status);
}
