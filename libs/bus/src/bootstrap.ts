import { ConfigurationError } from '@trunkline/config';
import { getErrorCode } from '@trunkline/failures';
import { JobStoreError } from '@trunkline/jobs';
import { Bus, type BusOptions } from './bus';
import { announce } from './lifecycle/announcement';
import { shutDownOnSignals } from './lifecycle/shutdown-signals';
import { UncaughtExceptionHandler } from './lifecycle/uncaught-exception-handler';

/**
 * Runs a bus as the main purpose of this process: `await bootstrap({ config: 'config', modules: [MyModule] })`.
 *
 * The bus listens until SIGTERM or SIGINT (Ctrl-C) and then shuts down: exit code 0, or 1 when requests were cut off. A second signal
 * exits at once. Problems of the configuration are printed to stderr, and the process exits with 78 before it binds a port. An
 * unhandled rejection is logged, and the bus keeps running. An uncaught exception, in a timer for instance, is a `fatal` log line
 * and shuts the bus down: exit code 1.
 */
export async function bootstrap(options: BusOptions = {}): Promise<Bus> {
  const exceptions = new UncaughtExceptionHandler();
  try {
    const bus = await Bus.create(options);
    exceptions.shutDownWith({ logger: bus.logger, shutDown: stopOnSignals(bus) });
    await bus.listen();
    logUnhandledRejections(bus);
    announce(bus);
    return bus;
  } catch (thrown) {
    if (thrown instanceof ConfigurationError || thrown instanceof JobStoreError)
      exitWithMessage(thrown.message, thrown.exitCode);
    if (isPortTaken(thrown))
      exitWithMessage(`${thrown.message}: the port is in use or not permitted; set bus.http.port or --port`, 1);
    throw thrown;
  }
}

function stopOnSignals(bus: Bus): ReturnType<typeof shutDownOnSignals> {
  return shutDownOnSignals((reason) => {
    bus.logger.info({ reason }, 'shutting down; a second signal exits at once');
    return bus.stop();
  });
}

function logUnhandledRejections({ logger }: Bus): void {
  process.on('unhandledRejection', (err) => logger.error({ err }, 'unhandled promise rejection'));
}

function exitWithMessage(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function isPortTaken(thrown: unknown): thrown is Error {
  return thrown instanceof Error && ['EADDRINUSE', 'EACCES'].includes(getErrorCode(thrown));
}
