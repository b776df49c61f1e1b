import { adapterOfEdge, type BusAdapter, correlationIdOf, Edge } from '@trunkline/channels';
import { type BusConfig, loadBusConfig } from './bus-config';
import { translatorOf } from './translator-of';

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
export function busAdapter({ config = 'config' }: BusAdapterOptions = {}): Promise<BusAdapter> {
  return Promise.resolve().then(() => busAdapterOf(loadBusConfig({ directory: config, otherServices: undefined })));
}

/** The adapter that a configuration asks for. */
export function busAdapterOf(config: BusConfig): BusAdapter {
  const { http } = config.bus;
  const { bodyLimit, trustProxy } = http;
  return adapterOfEdge(new Edge(translatorOf(config), http), { bodyLimit, trustProxy, genReqId: correlationIdOf });
}
