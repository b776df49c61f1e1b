import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@trunkline/telemetry';

/** Writes log lines of Nest with the logger of the bus. Nest's level `log` is routine for a bus, and is written at `debug`. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(readContext(rest), String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(readContext(rest), String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (isThrownToo(message, readContext(rest).context)) return;
    const fields = message instanceof Error ? { err: message } : {};
    this.logger.error(
      { ...readContext(rest), ...fields },
      message instanceof Error ? message.message : String(message),
    );
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(readContext(rest), String(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(readContext(rest), String(message));
  }
}

/** Whether Nest also throws the error: the caller of `listen()` reports it with a remedy. */
function isThrownToo(message: unknown, context: string | undefined): boolean {
  return context === 'NestApplication' && typeof message === 'string' && message.startsWith('Error: listen ');
}

/** Nest passes the name of the class that logs as the last argument. */
function readContext(rest: readonly unknown[]): { readonly context?: string } {
  const context = rest.at(-1);
  return typeof context === 'string' ? { context } : {};
}
