/** How loud a logger is, from the loudest to nothing at all. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Writes one line: the facts first, then a constant English sentence. */
export interface LogFn {
  (fields: object, message: string): void;
  (message: string): void;
}

/**
 * What the bus logs with. It is a part of pino's own shape, so that a pino logger is one as it stands and a line costs no wrapper.
 */
export interface Logger {
  /** What happens in the ordinary course. */
  readonly debug: LogFn;
  /** What an operator wants to know of a healthy bus: start, stop, changes. */
  readonly info: LogFn;
  /** What somebody should look at: refused callers, upstreams that fail, degraded answers. */
  readonly warn: LogFn;
  /** What somebody here must mend. */
  readonly error: LogFn;
  /** A logger whose lines carry these fields, too. */
  child(fields: object): Logger;
  /** Would a line of this level be written? For lines that are dear to make. */
  isLevelEnabled(level: Exclude<LogLevel, 'silent'>): boolean;
}
