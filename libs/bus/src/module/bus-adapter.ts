import { createHttpAdapter, type BusHttpAdapter } from '@trunkline/channels';
import { HttpListener, resolveCorrelationId } from '@trunkline/http-server';
import { type BusConfig, loadBusConfig } from '../config/bus-config';
import { createTranslator } from '../assembly/create-translator';

/** Options of {@link busAdapter}. */
export interface BusAdapterOptions {
  /** The config directory, relative to the working directory. Default `config`. */
  readonly config?: string;
}

/**
 * Creates the HTTP adapter of a Nest application with a bus: `NestFactory.create(AppModule, await busAdapter({ config: 'config' }))`.
 * Channels are served in front of the application, on the same port.
 *
 * @throws {ConfigurationError} with everything that is wrong with the configuration
 */
export function busAdapter({ config = 'config' }: BusAdapterOptions = {}): Promise<BusHttpAdapter> {
  return Promise.resolve().then(() =>
    createAdapterFromConfig(loadBusConfig({ directory: config, otherServices: undefined })),
  );
}

/** Creates the HTTP adapter for a loaded configuration. */
export function createAdapterFromConfig(config: BusConfig): BusHttpAdapter {
  const { http } = config.bus;
  const { bodyLimit, trustProxy } = http;
  return createHttpAdapter(new HttpListener(createTranslator(config), http), {
    bodyLimit,
    trustProxy,
    genReqId: ({ headers }) => resolveCorrelationId(headers['x-request-id']),
  });
}
