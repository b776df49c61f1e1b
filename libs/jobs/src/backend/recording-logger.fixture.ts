import type { Logger, LogLine } from '@trunkline/telemetry';

/** A logger whose lines can be read: `warn: the job store does not answer`. */
export class RecordingLogger implements Logger {
  readonly lines: string[] = [];
  readonly debug = this.#level('debug');
  readonly info = this.#level('info');
  readonly warn = this.#level('warn');
  readonly error = this.#level('error');

  child(): Logger {
    return this;
  }

  isLevelEnabled(): boolean {
    return true;
  }

  #level(level: string): LogLine {
    return (fields: object | string, message?: string) =>
      this.lines.push(`${level}: ${message ?? (typeof fields === 'string' ? fields : '')}`);
  }
}
