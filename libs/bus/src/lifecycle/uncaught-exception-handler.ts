import type { RootLogger } from '@trunkline/telemetry';

/** What becomes of a process that has thrown outside of any promise. */
export interface ShutdownHandler {
  readonly logger: RootLogger;
  /** Ends the process in order. */
  readonly shutDown: (reason: string, leastCode: number) => void;
}

/**
 * Handles exceptions that are thrown outside of any promise: in a timer or an event listener. Nobody knows in which state they leave
 * the process, so that it is ended. Node itself would print them with all their properties, secrets included, and cut off what is
 * in flight.
 */
export class UncaughtExceptionHandler {
  #shutdownHandler: ShutdownHandler | undefined;
  #hasThrown = false;

  /** From now on they are handled: by the stack on stderr and exit code 1, as long as nothing is there that could be ended in order. */
  constructor() {
    process.on('uncaughtException', (thrown) => this.#handle(thrown));
  }

  /** From now on the first of them is one `fatal` line, and the process is ended in order with exit code 1. */
  shutDownWith(ending: ShutdownHandler): void {
    this.#shutdownHandler = ending;
  }

  #handle(err: unknown): void {
    if (!this.#shutdownHandler) {
      process.stderr.write(`an exception was thrown outside of any promise: ${readStack(err)}\n`);
      process.exit(1);
    }
    const { logger, shutDown } = this.#shutdownHandler;
    if (this.#hasThrown) {
      logger.error({ err }, 'another exception was thrown outside of any promise');
      return;
    }
    this.#hasThrown = true;
    logger.fatal({ err }, 'an exception was thrown outside of any promise: this process ends');
    shutDown('an exception outside of any promise', 1);
  }
}

/** Without its properties, where libraries keep requests and credentials. */
function readStack(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : `a value that is not an Error: ${typeof thrown}`;
}
