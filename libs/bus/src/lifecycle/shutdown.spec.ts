import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { waitUntil } from '@trunkline/testing';
import { Inject, Injectable, Module, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { Logger } from '@trunkline/telemetry';
import { Bus } from '../bus';
import { BusModule } from '../module/bus.module';
import { LOGGER } from '../module/tokens';
import { Shutdown, shutdownProvider } from './shutdown';

const STEPS = [
  'report not ready',
  'keep serving',
  'stop taking jobs',
  'start finishing jobs',
  'drain the accept backlog',
  'stop accepting connections',
  'drain requests',
  'wait for detached requests',
  'wait for jobs',
  'close the job store',
  'close outgoing connections',
  'close the idempotency store',
  'close Redis',
  'stop watching maintenance',
];
const HOOKS = ['beforeApplicationShutdown', 'onApplicationShutdown', 'onModuleDestroy'];

@Injectable()
class Deepest {}

@Injectable()
class Deeper {
  constructor(readonly deepest: Deepest) {}
}

@Injectable()
class Deep {
  constructor(readonly deeper: Deeper) {}
}

@Module({ providers: [Deepest, Deeper, Deep], exports: [Deep] })
class DeepModule {}

/** A provider of the application that has shutdown hooks itself. */
@Injectable()
class DatabasePool {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  beforeApplicationShutdown() {
    this.logger.info({ step: 'application: before' }, 'spec');
  }

  onApplicationShutdown() {
    this.logger.info({ step: 'application: after' }, 'spec');
  }
}

@Module({ providers: [DatabasePool] })
class DatabaseModule {}

describe('the shutdown of a bus', () => {
  const root = mkdtempSync(join(tmpdir(), 'trunkline-shutdown-'));
  beforeAll(() => {
    mkdirSync(join(root, 'config'));
    writeFileSync(join(root, 'config', 'bus.yaml'), 'bus: { http: { port: 0 }, log: { level: debug } }');
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const startBus = async (modules: readonly Type[] = []) => {
    const logDestination = new PassThrough();
    const text: Buffer[] = [];
    logDestination.on('data', (chunk: Buffer) => text.push(chunk));
    const bus = await Bus.create({ config: join(root, 'config'), modules, logDestination });
    await bus.listen();
    const readSteps = () => {
      const lines = Buffer.concat(text).toString().split('\n').filter(Boolean);
      return lines.flatMap((line) => (JSON.parse(line) as { readonly step?: string }).step ?? []);
    };
    return { bus, readSteps };
  };

  it('takes its steps in one order', async () => {
    const { bus, readSteps } = await startBus();

    await bus.stop();

    expect(readSteps()).toEqual(STEPS);
  });

  it('keeps that order when it gets one more dependency, two levels deep', async () => {
    shutdownProvider.inject?.push(Deep);
    const { bus, readSteps } = await startBus([DeepModule]);
    shutdownProvider.inject?.pop();

    await bus.stop();

    expect(readSteps()).toEqual(STEPS);
  });

  it('runs between the shutdown hooks of the application', async () => {
    const { bus, readSteps } = await startBus([DatabaseModule]);

    await bus.stop();

    expect(readSteps()).toEqual(['application: before', ...STEPS, 'application: after']);
  });

  it('does not wait for connections that are upgraded to another protocol', async () => {
    const { bus, readSteps } = await startBus();
    const server = bus.app.getHttpServer() as Server;
    server.on('upgrade', (_request, socket) => {
      socket.on('end', () => socket.destroy()).resume();
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    });
    const client = connect(Number(new URL(bus.url).port), '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n');
    await once(client, 'data');

    const isInTime = bus.stop();
    await waitUntil(() => readSteps().length === STEPS.length);
    client.end();

    await expect(isInTime).resolves.toBe(true);
  });

  it('is the only provider of the bus with a shutdown hook', async () => {
    const { bus } = await startBus();
    const modules = [...bus.app.get(ModulesContainer).values()];
    const providers = modules.filter(({ metatype }) => metatype === BusModule).flatMap((each) => [...each.providers]);

    const hooked = providers
      .map(([, { instance }]): unknown => instance)
      .filter((each) => typeof each === 'object' && each !== null && HOOKS.some((hook) => hook in each));

    expect(hooked).toEqual([expect.any(Shutdown)]);
    await bus.stop();
  });
});
