import type { Logger, LogFn } from '@trunkline/telemetry';

/** A logger that keeps the levels and sentences of its lines. */
export class RecordedLog {
  readonly lines: (readonly [level: string, message: string])[] = [];

  readonly logger: Logger = {
    debug: this.#line('debug'),
    info: this.#line('info'),
    warn: this.#line('warn'),
    error: this.#line('error'),
    child: () => this.logger,
    isLevelEnabled: () => true,
  };

  #line(level: string): LogFn {
    return (...args: readonly unknown[]) => void this.lines.push([level, String(args.at(-1))]);
  }
}
