import type { Logger, LogFn } from '@trunkline/telemetry';

/** A logger whose lines can be read: `warn: the job store does not answer`. */
export class RecordingLogger implements Logger {
  readonly lines: string[] = [];
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
    return (fields: object | string, message?: string) =>
      this.lines.push(`${level}: ${message ?? (typeof fields === 'string' ? fields : '')}`);
  }
}
