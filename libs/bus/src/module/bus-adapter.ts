import { createHttpAdapter, type BusHttpAdapter } from '@trunkline/channels';
import { HttpListener, resolveCorrelationId } from '@trunkline/http-server';
import { type BusConfig, loadBusConfig } from '../config/bus-config';
import { createTranslator } from '../assembly/create-translator';

/** Where the adapter finds the configuration of the bus. */
export interface BusAdapterOptions {
  /** The config directory, from the working directory. Default `config`. */
  readonly config?: string;
}

/**
 * The HTTP adapter for a Nest application with a bus in it:
 * `NestFactory.create(AppModule, await busAdapter({ config: 'config' }))`. It puts the channels in front of the application, on
 * the same port.
 *
 * @throws {ConfigurationError} with everything that is wrong with the configuration
 */
export function busAdapter({ config = 'config' }: BusAdapterOptions = {}): Promise<BusHttpAdapter> {
  return Promise.resolve().then(() =>
    createAdapterFromConfig(loadBusConfig({ directory: config, otherServices: undefined })),
  );
}

/** The adapter that a configuration asks for. */
export function createAdapterFromConfig(config: BusConfig): BusHttpAdapter {
  const { http } = config.bus;
  const { bodyLimit, trustProxy } = http;
  return createHttpAdapter(new HttpListener(createTranslator(config), http), {
    bodyLimit,
    trustProxy,
    genReqId: ({ headers }) => resolveCorrelationId(headers['x-request-id']),
  });
}
