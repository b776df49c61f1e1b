/**
 * How the bus tells its operators what it does: log lines without secrets, and the id that ties the lines of one request together.
 * Not for: metrics, or deciding how loud a failure is (failures).
 */

// To log
export { createLogger, type LoggerOptions, type RootLogger } from './create-logger';
export { LogFileError } from './log-file-error';
export { type Logger, type LogLevel, type LogFn } from './logger';
export { logOutcome, logOutcomeAs, type OutcomeLine } from './log-outcome';

// To tell requests apart
export { isCorrelationId, createCorrelationId } from './correlation-id';
