import { ConfigurationError } from 'trunkline';
import { TestBus, type TestBusOptions } from '@trunkline/testing';

/** Finds everything for which a bus does not start with a configuration, as `path: message`. */
export async function findConfigProblems(options: TestBusOptions): Promise<readonly string[]> {
  try {
    const bus = await TestBus.create(options);
    await bus.stop();
    return [];
  } catch (thrown) {
    if (!(thrown instanceof ConfigurationError)) throw thrown;
    return thrown.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}
