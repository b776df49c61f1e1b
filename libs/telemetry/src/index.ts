/**
 * Logs for operators: lines without secrets, and the correlation id that joins the lines of a request.
 * Not for: metrics, or the log level of a failure (failures).
 */

// To log
export { createLogger, type LoggerOptions, type RootLogger } from './create-logger';
export { LogFileError } from './log-file-error';
export { type Logger, type LogLevel, type LogFn } from './logger';
export { logOutcome, logOutcomeAs, type OutcomeLine } from './log-outcome';

// To identify requests
export { isCorrelationId, createCorrelationId } from './correlation-id';
