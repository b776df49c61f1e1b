import type { Writable } from 'node:stream';
import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { findHttpListener } from '@trunkline/channels';
import { ConfigurationError } from '@trunkline/config';
import type { Role } from '@trunkline/jobs';
import { Invoker, ServiceRegistry } from '@trunkline/service';
import type { RootLogger } from '@trunkline/telemetry';
import { createAdapterFromConfig } from './module/bus-adapter';
import { type BusConfig, loadBusConfig } from './config/bus-config';
import { Shutdown } from './lifecycle/shutdown';
import { createBusLogger } from './assembly/create-bus-logger';
import { NestLogger } from './module/nest-logger';
import { createRootModule } from './module/root-module';
import { findModuleServices } from './config/module-services';

/** Options of {@link Bus.create} and `bootstrap()`. */
export interface BusOptions {
  /** The config directory, relative to the working directory. Default `config`. */
  readonly config?: string;
  /** Nest modules of the application. Services are injected with their exports, and services among their providers are loaded. */
  readonly modules?: readonly Type[];
  /** The stream that the log is written to. Default: stdout. */
  readonly logDestination?: Writable;
  /** Overrides `bus.http.port`; 0 binds a free port. */
  readonly port?: number;
  /** The work of this process: channels (`http`), jobs (`worker`), or both (`all`). Default `all`. */
  readonly role?: Role;
}

/** A running bus. */
export class Bus {
  private constructor(
    /** The Nest application behind the channels. */
    readonly app: INestApplication,
    readonly config: BusConfig,
    readonly logger: RootLogger,
    private readonly options: BusOptions,
  ) {}

  /**
   * Creates a bus that does not listen yet.
   *
   * @throws {ConfigurationError} with everything that is wrong with the configuration
   */
  static async create(options: BusOptions = {}): Promise<Bus> {
    const { config = 'config', modules = [], logDestination, role = 'all' } = options;
    const loaded = loadBusConfig({ directory: config, otherServices: findModuleServices(modules) });
    rejectUnshareableStore(loaded, role);
    const logger = createBusLogger(loaded, logDestination);
    const root = createRootModule({ config: loaded, logger, role }, modules);
    const app = await NestFactory.create(root, createAdapterFromConfig(loaded), { logger: false, abortOnError: false });
    app.useLogger(new NestLogger(logger));
    await app.init();
    return new Bus(app, loaded, logger, options);
  }

  /** Invokes services from code outside of services. */
  get invoker(): Invoker {
    return this.app.get(Invoker);
  }

  get registry(): ServiceRegistry {
    return this.app.get(ServiceRegistry);
  }

  /**
   * The URL of the listener: `http://127.0.0.1:11223`.
   *
   * @throws {TypeError} before {@link listen}
   */
  get url(): string {
    const bound = this.#server.address();
    if (bound === null || typeof bound === 'string') throw new TypeError('the bus does not listen yet');
    const { address, port, family } = bound;
    const scheme = this.config.bus.http.tls ? 'https' : 'http';
    return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /**
   * Binds the port.
   *
   * @throws {Error} when the port is taken (`EADDRINUSE`) or not permitted (`EACCES`)
   */
  async listen(): Promise<void> {
    const { host, port } = this.config.bus.http;
    await this.app.listen(this.options.port ?? port, host);
  }

  /**
   * Shuts the bus down: it reports not ready and keeps serving for `drain`, then stops accepting connections; requests and jobs have
   * `grace` to finish.
   *
   * @returns `false` when `grace` ran out and requests were cut off
   */
  async stop(): Promise<boolean> {
    const shutdown = this.app.get(Shutdown);
    try {
      await this.app.close();
    } finally {
      await this.logger.close();
    }
    return shutdown.endedInTime;
  }

  get #server() {
    const listener = findHttpListener(this.app.getHttpAdapter());
    if (listener) return listener.server;
    throw new TypeError('expected the application of a bus to have the adapter of the bus');
  }
}

/** An embedded store belongs to one process, so that process has to run channels and jobs. */
function rejectUnshareableStore({ bus, loaded }: BusConfig, role: Role): void {
  if (role === 'all' || bus.jobs.backend !== 'embedded') return;
  const message = `expected a redis:// or postgres:// URL for a host whose role is ${role}: an embedded store belongs to one process`;
  throw new ConfigurationError([loaded.createProblem(['bus', 'jobs', 'backend'], message)]);
}
