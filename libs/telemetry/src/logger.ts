/** The minimum level of a logger, from all lines to none. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Writes one line: fields, and a constant English sentence. */
export interface LogFn {
  (fields: object, message: string): void;
  (message: string): void;
}

/**
 * The logger interface of the bus, a subset of pino's, so that a pino logger can be used without a wrapper.
 */
export interface Logger {
  /** Normal events. */
  readonly debug: LogFn;
  /** Events of a healthy bus that operators want to know: start, stop, changes. */
  readonly info: LogFn;
  /** Events to be looked at: rejected callers, failing upstreams, degraded responses. */
  readonly warn: LogFn;
  /** Events that require action by operators. */
  readonly error: LogFn;
  /** Creates a logger that adds these fields to its lines. */
  child(fields: object): Logger;
  /** Checks whether lines of a level are written, to avoid the cost of expensive lines. */
  isLevelEnabled(level: Exclude<LogLevel, 'silent'>): boolean;
}
