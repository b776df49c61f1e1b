import { createLogger } from '@trunkline/telemetry';
import { shutDownOnSignals } from '../lifecycle/shutdown-signals';
import { UncaughtExceptionHandler } from '../lifecycle/uncaught-exception-handler';
import { WorkerPool, type WorkerPoolOptions } from './worker-pool';

/**
 * Runs the primary process of a bus with workers: it starts them, replaces those that crash, and ends when all have exited. It loads no
 * configuration and no services. SIGHUP restarts the workers one by one.
 *
 * @returns the highest exit code of the workers
 */
export async function runWorkers(options: Omit<WorkerPoolOptions, 'logger'>): Promise<number> {
  const logger = createLogger({ name: 'trunkline', level: 'info', secrets: [] });
  const pool = new WorkerPool({ ...options, logger });
  let minExitCode = 0;
  const shutDown = shutDownOnSignals(async (reason) => {
    logger.info({ reason }, 'stopping the workers; a second signal kills them');
    process.once('exit', () => pool.kill());
    await pool.stop();
    return new Promise<boolean>(() => undefined);
  });
  new UncaughtExceptionHandler().shutDownWith({
    logger,
    shutDown: (reason, code) => {
      minExitCode = code;
      shutDown(reason);
    },
  });
  process.on('SIGHUP', () => void pool.restartOneByOne());
  const exitCode = await pool.run();
  await logger.close();
  return Math.max(exitCode, minExitCode);
}
