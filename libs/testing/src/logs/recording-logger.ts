import type { LogFn, Logger } from '@trunkline/telemetry';

/** A logger that records its lines. Child loggers record to the same lines, without their fields. */
export class RecordingLogger implements Logger {
  /** All lines, as `warn: Redis is unavailable`. */
  readonly lines: string[] = [];
  /** The fields and messages of the lines of level `warn`. */
  readonly warnings: object[] = [];
  readonly debug = this.#createLogMethod('debug');
  readonly info = this.#createLogMethod('info');
  readonly warn = this.#createLogMethod('warn');
  readonly error = this.#createLogMethod('error');

  child(): Logger {
    return this;
  }

  isLevelEnabled(): boolean {
    return true;
  }

  #createLogMethod(level: string): LogFn {
    return (fields: object | string, message?: string) => {
      this.lines.push(`${level}: ${message ?? (typeof fields === 'string' ? fields : '')}`);
      if (level === 'warn') this.warnings.push({ fields, message });
    };
  }
}
