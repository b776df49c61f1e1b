import type { RootLogger } from '@trunkline/telemetry';

/** Shuts down a process after an uncaught exception. */
export interface ShutdownHandler {
  readonly logger: RootLogger;
  /** Shuts the process down, with at least the given exit code. */
  readonly shutDown: (reason: string, minExitCode: number) => void;
}

/**
 * Handles uncaught exceptions: those thrown outside of any promise, in a timer or an event listener. They leave the process in an unknown
 * state, so it shuts down. Node's own handler would print them with all their properties, secrets included, and cut requests off.
 */
export class UncaughtExceptionHandler {
  #shutdownHandler: ShutdownHandler | undefined;
  #hasThrown = false;

  /** Handles exceptions from now on. Until {@link shutDownWith} is called, one prints its stack to stderr and exits with code 1. */
  constructor() {
    process.on('uncaughtException', (thrown) => this.#handle(thrown));
  }

  /** Makes the first exception from now on one `fatal` log line and a shutdown with exit code 1. */
  shutDownWith(handler: ShutdownHandler): void {
    this.#shutdownHandler = handler;
  }

  #handle(err: unknown): void {
    if (!this.#shutdownHandler) {
      process.stderr.write(`uncaught exception: ${readStack(err)}\n`);
      process.exit(1);
    }
    const { logger, shutDown } = this.#shutdownHandler;
    if (this.#hasThrown) {
      logger.error({ err }, 'another uncaught exception');
      return;
    }
    this.#hasThrown = true;
    logger.fatal({ err }, 'uncaught exception; shutting down');
    shutDown('uncaught exception', 1);
  }
}

/** Reads the stack alone: libraries keep requests and credentials in other properties. */
function readStack(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : `a value that is not an Error: ${typeof thrown}`;
}
