import type { ConfigPath, ConfigProblem } from '@trunkline/config';
import { ValidationFailedError } from '@trunkline/failures';
import type { RegisteredService, ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from '../../config/bus-config';
import { resolveChannelService } from './channel-destination';

/**
 * Finds examples of channels that the input or output of the service rejects, so that the OpenAPI document shows none.
 *
 * @returns one problem per rejected value, at its position in the file
 */
export async function findExampleProblems(config: BusConfig, registry: ServiceRegistry): Promise<ConfigProblem[]> {
  const problems = config.channels.flatMap(({ kind, name: channel, options }) =>
    Object.entries(options.examples ?? {}).map(([name, example]) => {
      const service = resolveChannelService(options, registry);
      return checkExample(config, ['channels', kind, channel, 'examples', name], { service, ...example });
    }),
  );
  return (await Promise.all(problems)).flat();
}

interface Example {
  readonly service: RegisteredService;
  readonly input?: unknown;
  readonly output?: unknown;
}

async function checkExample({ loaded }: BusConfig, path: ConfigPath, example: Example): Promise<ConfigProblem[]> {
  const { service, input, output } = example;
  const checks = [
    { key: 'input', value: input, check: service.validateInput },
    { key: 'output', value: output, check: service.validateOutput },
  ];
  const problems = checks.map(async ({ key, value, check }) => {
    const failure = value === undefined ? undefined : await catchValidationFailure(() => check?.(value, []));
    return (failure?.violations ?? []).map(({ pointer, detail }) =>
      loaded.createProblem(
        [...path, key, ...parsePointer(pointer)],
        `expected a value that ${service.name} accepts: ${detail}`,
      ),
    );
  });
  return (await Promise.all(problems)).flat();
}

/** Parses a JSON pointer in a URI fragment (RFC 6901 §6): `#/items/0` is `['items', 0]`. */
function parsePointer(pointer: string): ConfigPath {
  const tokens = pointer.split('/').slice(1).map(decodeURIComponent);
  return tokens.map((token) => {
    const step = token.replaceAll('~1', '/').replaceAll('~0', '~');
    return /^\d+$/.test(step) ? Number(step) : step;
  });
}

async function catchValidationFailure(check: () => unknown): Promise<ValidationFailedError | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    if (error instanceof ValidationFailedError) return error;
    throw error;
  }
}
