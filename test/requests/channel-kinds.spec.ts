import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { readConfig } from '@trunkline/config';
import { createFailure } from '@trunkline/failures';
import { createLogger } from '@trunkline/telemetry';
import { BusService, Service, ServiceRegistry } from 'trunkline';
import { z } from 'zod';
import { describeChannels } from '../../libs/bus/src/assembly/channels/describe-channels';
import { SECTIONS, toBusConfig } from '../../libs/bus/src/config/bus-config';
import { createAdapterFromConfig } from '../../libs/bus/src/module/bus-adapter';
import { createRootModule } from '../../libs/bus/src/module/root-module';
import { defineChannelKind } from '../../libs/channels/src/channel-kind';
import { featureDefaults, featureOptions, type RouteFeature } from '../../libs/channels/src/features';
import { maintenance } from '../../libs/channels/src/features/maintenance/feature';
import { negotiation } from '../../libs/channels/src/features/negotiation/feature';
import { channelKinds } from '../../libs/channels/src/kinds';
import { coreOptions } from '../../libs/channels/src/http/channel-options';
import { findChannelProblems } from '../../libs/channels/src/http/channel-references';
import { createChannelsSection } from '../../libs/channels/src/http/section';

/** A feature that only channels of the kind have: requests need the key of the channel. */
const checkKey = (key: string): RouteFeature => ({
  options: {},
  onRequest: () => (request) => {
    if (request.headers['x-notice-key'] !== key) throw createFailure('FORBIDDEN');
  },
  describe: () => ({
    parameters: [{ name: 'X-Notice-Key', in: 'header', required: true, schema: { type: 'string' } }],
    codes: ['FORBIDDEN'],
  }),
});

/** A feature that responds itself, without the service. */
const answerProbe: RouteFeature = {
  options: {},
  aroundInvoke: () => (_request, reply) => void reply.code(200).send('"listening"'),
};

/** A kind of channel for notices: a POST with a key, and a GET on the same path by which a sender finds out that it exists. */
const notice = defineChannelKind({
  name: 'notice',
  description: 'Channels for notices by name',
  schema: z.strictObject({
    path: coreOptions.path,
    service: coreOptions.service,
    key: z.string().min(1).describe('Value of X-Notice-Key'),
    maintenance: featureOptions.maintenance,
  }),
  createRoutes({ key, ...options }) {
    const common = { ...featureDefaults, ...options };
    return [
      { options: { ...common, method: 'POST' }, features: [maintenance, checkKey(key), negotiation] },
      { options: { ...common, method: 'GET' }, features: [maintenance, answerProbe] },
    ];
  },
  readRoutes: (read) => ['POST', 'GET'].map((method) => ({ method, path: read('path'), async: false })),
  findProblems: (config, channel) =>
    config.getRawValue([...channel, 'key']) === 'secret'
      ? [config.createProblem([...channel, 'key'], 'expected a key that is not easily guessed')]
      : [],
});

const kinds = [...channelKinds, notice];
const channelsSection = createChannelsSection(kinds);
const sections = SECTIONS.map((section) => (section.key === 'channels' ? channelsSection : section));

@BusService({ name: 'note', input: 'text' })
class Note extends Service<{ text: string }> {
  handle() {
    return { noted: this.request.input.text };
  }
}

@Module({ providers: [Note] })
class Services {}

const directories: string[] = [];
let app: INestApplication | undefined;

afterEach(async () => {
  await app?.close();
  app = undefined;
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, maxRetries: 5 });
});

function load(channels: string) {
  const root = mkdtempSync(join(tmpdir(), 'trunkline-kinds-'));
  directories.push(root);
  mkdirSync(join(root, 'config'));
  writeFileSync(join(root, 'config', 'all.yaml'), `{ bus: { http: { port: 0 } }, channels: ${channels} }`);
  const check = {
    needs: [channelsSection],
    run: (config: Parameters<typeof findChannelProblems>[0]) => findChannelProblems(config, new Set(['note']), kinds),
  };
  const { config, problems } = readConfig({ directory: join(root, 'config'), sections, checks: [check] });
  return { config, problems: problems.map(({ path, message }) => `${path}: ${message}`) };
}

function loadBusConfig(channels: string) {
  const { config, problems } = load(channels);
  expect(problems).toEqual([]);
  return { ...toBusConfig(config, []), channels: config.get(channelsSection) };
}

/** Starts a bus whose list of kinds has one more. */
async function start(channels: string) {
  const config = loadBusConfig(channels);
  const logger = createLogger({ level: 'error' });
  const root = createRootModule({ config, logger, role: 'all' }, [Services]);
  app = await NestFactory.create(root, createAdapterFromConfig(config), { logger: false });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const document = describeChannels(config, app.get(ServiceRegistry));
  return { url: `http://127.0.0.1:${port}`, document };
}

const NOTICE = '{ notice: { note.take: { path: /notices, service: note, key: k1 } } }';
const JSON_TYPE = { 'content-type': 'application/json' };

describe('A kind of channel', () => {
  it('is a folder of `kinds/` and a line of the list', () => {
    const folders = readdirSync(join(__dirname, '../../libs/channels/src/kinds'));

    expect(folders.toSorted()).toEqual(channelKinds.map(({ name }) => name).toSorted());
  });

  it('leads from its section of the configuration to the response of a service', async () => {
    const { url } = await start(NOTICE);
    const body = JSON.stringify({ text: 'hello' });

    const response = await fetch(`${url}/notices`, {
      method: 'POST',
      headers: { ...JSON_TYPE, 'x-notice-key': 'k1' },
      body,
    });

    expect([response.status, await response.json()]).toEqual([200, { noted: 'hello' }]);
  });

  it('has features of its own among those of all channels', async () => {
    const { url } = await start(NOTICE);

    const withoutKey = await fetch(`${url}/notices`, { method: 'POST', headers: JSON_TYPE, body: '{}' });
    const wrongType = await fetch(`${url}/notices`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'x-notice-key': 'k1' },
      body: 'hello',
    });

    expect([withoutKey.status, wrongType.status]).toEqual([403, 415]);
  });

  it('makes several routes of a channel, all under its name', async () => {
    const { url } = await start(NOTICE);

    const probe = await fetch(`${url}/notices`);
    const options = await fetch(`${url}/notices`, { method: 'OPTIONS' });

    expect([probe.status, await probe.text()]).toEqual([200, '"listening"']);
    expect(options.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS');
  });

  it('is described by its features', async () => {
    const { document } = await start(NOTICE);
    const { post, get } = document.paths['/notices'] ?? {};

    expect(post).toMatchObject({ operationId: 'note.take', parameters: [{ name: 'X-Notice-Key' }] });
    expect(Object.keys(post?.responses ?? {})).toContain('403');
    expect(get).toMatchObject({ operationId: 'note.take.get' });
  });

  it('shares names and paths with the other kinds', () => {
    const { problems } = load(`{
      rest: { a: { method: POST, path: /notices, service: note }, b: { method: GET, path: /b, service: note } },
      notice: { b: { path: /notices, service: note, key: k1 } },
    }`);

    expect(problems).toEqual([
      'channels.notice.b: expected a unique name, but there is channels.rest.b, too',
      'channels.notice.b.path: expected a unique method and path, but the channel a has POST /notices, too',
    ]);
  });

  it('has its keys, references and destinations checked', () => {
    const { problems } = load(`{
      notice: {
        a: { path: /a, service: nobody, key: k1, colour: red },
        b: { path: /b, key: secret },
        c: { path: /health/live, service: note, key: k1 },
      },
    }`);

    expect(problems.map((problem) => problem.split(/[:,] /, 2).join(': '))).toEqual([
      'channels.notice.a.service: there is no service nobody',
      'channels.notice.a.colour: unknown key',
      'channels.notice.b: expected `service`',
      'channels.notice.b.key: expected a key that is not easily guessed',
      'channels.notice.c.path: expected another path',
    ]);
  });
});
