import { createLogger } from '@trunkline/telemetry';
import { shutDownOnSignals } from '../lifecycle/shutdown-signals';
import { UncaughtExceptionHandler } from '../lifecycle/uncaught-exception-handler';
import { WorkerPool, type WorkerPoolOptions } from './worker-pool';

/**
 * What the first process of a bus with workers does: it starts them, replaces them when they die, and ends when they have ended.
 * It loads no configuration and no services. SIGHUP replaces the workers one by one.
 *
 * @returns the exit code: the worst of the workers'
 */
export async function runWorkers(options: Omit<WorkerPoolOptions, 'logger'>): Promise<number> {
  const logger = createLogger({ name: 'trunkline', level: 'info', secrets: [] });
  const pool = new WorkerPool({ ...options, logger });
  let leastCode = 0;
  const end = shutDownOnSignals(async (reason) => {
    logger.info({ reason }, 'ending the workers; a second signal ends them at once');
    process.once('exit', () => pool.kill());
    await pool.stop();
    return new Promise<boolean>(() => undefined);
  });
  new UncaughtExceptionHandler().shutDownWith({
    logger,
    shutDown: (reason, code) => {
      leastCode = code;
      end(reason);
    },
  });
  process.on('SIGHUP', () => void pool.restartOneByOne());
  const code = await pool.run();
  await logger.close();
  return Math.max(code, leastCode);
}
