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

/** What a bus is made of. */
export interface BusOptions {
  /** The config directory, from the working directory. Default `config`. */
  readonly config?: string;
  /** The application's own Nest modules: what they export can be injected into services, and services among their providers are loaded. */
  readonly modules?: readonly Type[];
  /** Where the log goes. Default: stdout. */
  readonly logDestination?: Writable;
  /** Overrides `bus.http.port`; 0 takes a free one. */
  readonly port?: number;
  /** Which work this process does: that of channels, that of jobs, or both. Default `all`. */
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
   * Makes a bus that does not listen yet.
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

  /** Runs services from outside of any. */
  get invoker(): Invoker {
    return this.app.get(Invoker);
  }

  get registry(): ServiceRegistry {
    return this.app.get(ServiceRegistry);
  }

  /** Where it listens: `http://127.0.0.1:11223`. Only once it does. */
  get url(): string {
    const bound = this.#server.address();
    if (bound === null || typeof bound === 'string') throw new TypeError('the bus does not listen yet');
    const { address, port, family } = bound;
    const scheme = this.config.bus.http.tls ? 'https' : 'http';
    return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** @throws {Error} when the port cannot be had: `EADDRINUSE` */
  async listen(): Promise<void> {
    const { host, port } = this.config.bus.http;
    await this.app.listen(this.options.port ?? port, host);
  }

  /**
   * Ends the bus: readiness turns down, for `drain` it goes on serving, then it stops accepting, and what is in flight has until
   * `grace`.
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
    const edge = findHttpListener(this.app.getHttpAdapter());
    if (edge) return edge.server;
    throw new TypeError('the application of a bus has another adapter than its own');
  }
}

/** An embedded store belongs to one process, which has to do all the work. */
function rejectUnshareableStore({ bus, loaded }: BusConfig, role: Role): void {
  if (role === 'all' || bus.jobs.backend !== 'embedded') return;
  const message = `expected a redis:// or postgres:// URL for a host whose role is ${role}: an embedded store belongs to one process`;
  throw new ConfigurationError([loaded.createProblem(['bus', 'jobs', 'backend'], message)]);
}
