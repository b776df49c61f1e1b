import { ConfigurationError } from '@trunkline/config';
import { getErrorCode } from '@trunkline/failures';
import { JobStoreError } from '@trunkline/jobs';
import { Bus, type BusOptions } from './bus';
import { announce } from './lifecycle/announcement';
import { shutDownOnSignals } from './lifecycle/shutdown-signals';
import { UncaughtExceptionHandler } from './lifecycle/uncaught-exception-handler';

/**
 * Runs a bus as what this process is for: `await bootstrap({ config: 'config', modules: [MyModule] })`.
 *
 * It listens, and ends on SIGTERM or Ctrl-C: exit code 0, or 1 when requests had to be cut off; a second signal ends it at once.
 * A configuration that cannot be used is printed to stderr, problem by problem, and the process exits with 78 before it has bound
 * a port. A rejection that nobody handles is logged, and the bus goes on. An exception that is thrown outside of any promise, in a
 * timer for instance, is a `fatal` line, and ends the bus in order: exit code 1.
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
      exitWithMessage(`${thrown.message}: another process listens there; set bus.http.port or --port`, 1);
    throw thrown;
  }
}

function stopOnSignals(bus: Bus): ReturnType<typeof shutDownOnSignals> {
  return shutDownOnSignals((reason) => {
    bus.logger.info({ reason }, 'ending; a second signal ends at once');
    return bus.stop();
  });
}

function logUnhandledRejections({ logger }: Bus): void {
  process.on('unhandledRejection', (err) => logger.error({ err }, 'a promise was rejected and nobody handled it'));
}

function exitWithMessage(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function isPortTaken(thrown: unknown): thrown is Error {
  return thrown instanceof Error && ['EADDRINUSE', 'EACCES'].includes(getErrorCode(thrown));
}
