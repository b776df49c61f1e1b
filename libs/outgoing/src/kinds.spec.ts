import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readConfig } from '@trunkline/config';
import { DeadlineExceededError } from '@trunkline/failures';
import { BusService, CurrentInvocation, type Invocation, Invoker, Service, ServiceRegistry } from '@trunkline/service';
import { CancelScope, Deadline } from '@trunkline/time';
import { z } from 'zod';
import { RecordingLogger } from '@trunkline/testing';
import { findConnectionProblems } from './connection-references';
import type { ConnectionKind } from './connection-kind';
import { createViewFactory } from './connection-view';
import { HttpConnection } from './http/http-connection';
import { describeHttp } from './http/http-report';
import { type HttpConfig, httpConnection, type HttpDefaults } from './http/http-section';
import { resolveHttpSettings } from './http/http-settings';
import { createCallOrigin } from './http/request/call-origin';
import { decodeText } from './http/response/decode-text';
import { CONNECTION_KINDS } from './kinds';
import { OutgoingConnections } from './outgoing-connections';
import { createOutgoingSection } from './section';
import { catchRejection } from './test-bus.fixture';

declare module '@trunkline/service' {
  interface Outgoing {
    /** Of the kind that this spec defines. */
    readonly lines: Readonly<Record<string, LinesConnection>>;
  }
}

/** What a service calls a connection of the kind with. */
class LinesConnection {
  constructor(
    private readonly http: HttpConnection,
    private readonly prefix: string,
    private readonly invocation: Invocation,
  ) {}

  async send(line: string): Promise<unknown> {
    const body = this.prefix + line;
    const origin = createCallOrigin(this.invocation);
    const response = await this.http.send({ method: 'POST', target: '/', body, contentType: 'text/plain' }, origin);
    return response.data;
  }
}

const linesConnection = z.strictObject({
  ...httpConnection,
  prefix: z.string().optional(),
  services: z.record(z.string(), z.strictObject({ line: z.string() })).optional(),
});
const linesDefaults = { prefix: z.string().default('> ') };

interface LinesSection {
  readonly defaults: HttpDefaults & { readonly prefix: string };
  readonly lines: Readonly<Record<string, HttpConfig & z.output<typeof linesConnection>>>;
}

/** A kind over HTTP: lines of text, and none of JSON, paths and queries. */
const lines = {
  name: 'lines' as const,
  description: 'Systems that exchange lines of text',
  connection: linesConnection,
  defaults: linesDefaults,
  attemptKeys: ['timeout', 'prefix'],
  unmergedKeys: [],
  described: { keys: ['services'], placeholders: { url: 'http://described.invalid' } },

  open({ defaults, lines: configured }, { security, ...environment }) {
    const opened = Object.entries(configured).map(([name, config]) => {
      const settings = resolveHttpSettings({ name, config, defaults, security });
      const http = new HttpConnection(
        { settings, accept: 'text/plain', readBody: (_head, bytes) => decodeText(bytes) },
        environment,
      );
      const prefix = config.prefix ?? defaults.prefix;
      const connection = {
        caller: (invocation: Invocation) => new LinesConnection(http, prefix, invocation),
        forwardHeaders: settings.forwardHeaders,
        hasFaults: false,
        ping: () => http.ping(),
        describe: () => ({ name, ...describeHttp(settings, config), prefix }),
        close: () => http.close(),
      };
      return [name, connection] as const;
    });
    const byName = new Map(opened);
    return { byName, createView: createViewFactory(byName, ({ caller }, invocation) => caller(invocation)) };
  },

  createAdapters({ lines: configured }) {
    return Object.entries(configured).flatMap(([connection, { services = {} }]) =>
      Object.entries(services).map(([name, { line }]) => {
        class LinesAdapter extends Service {
          handle() {
            return this.out.lines[connection]?.send(line);
          }
        }
        return BusService({ name })(LinesAdapter);
      }),
    );
  },

  listAdapterErrors: () => [],
  listErrors: () => [],
} satisfies ConnectionKind<LinesSection>;

const KINDS = [...CONNECTION_KINDS, lines] as const;

let directory: string;
let server: Server;
let received: string[];
let statuses: number[];
let outgoing: OutgoingConnections | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kinds-'));
  received = [];
  statuses = [];
  server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push(`${request.headers.accept} ${body}`);
      response.writeHead(statuses.shift() ?? 200, { 'content-type': 'text/plain' }).end(`heard ${body}`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  await outgoing?.close();
  server.close();
  rmSync(directory, { recursive: true });
});

function readYaml(connections: string) {
  writeFileSync(join(directory, 'outgoing.yaml'), `outgoing:\n${connections}`);
  const section = createOutgoingSection(KINDS);
  const { config, problems } = readConfig({ directory, sections: [section] });
  return { config, problems, outgoing: config.get(section) };
}

function start(connections: string) {
  const logger = new RecordingLogger();
  const { outgoing: section } = readYaml(connections);
  const opened = OutgoingConnections.openKinds({ outgoing: section, security: {}, logger, random: () => 0 }, KINDS);
  outgoing = opened;
  const registry = new ServiceRegistry();
  for (const adapter of opened.adapters()) registry.add(adapter);
  const currentInvocation = new CurrentInvocation();
  const createOutgoing = (invocation: Invocation) => opened.view(invocation);
  const invoker = new Invoker({ registry, currentInvocation, logger, createOutgoing });
  const run = async (name: string) => {
    const scope = new CancelScope(Deadline.in(5_000), () => new DeadlineExceededError(name, 5_000));
    try {
      return await invoker.run(registry.get(name), { input: undefined }, { cid: 'CID-1', scope, depth: 1 });
    } finally {
      scope.close();
    }
  };
  return { opened, logger, run };
}

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const printer = (more = '') =>
  `  lines:\n    Printer:\n      url: ${url()}\n${more}      services: { adapter.printer.greet: { line: hello } }\n`;

describe('a kind of connections', () => {
  it('makes calls through its adapters in YAML', async () => {
    const { run } = start(printer());

    expect(await run('adapter.printer.greet')).toBe('heard > hello');
    expect(received).toEqual(['text/plain > hello']);
  });

  it('has the policies that all kinds share', async () => {
    statuses = [503];
    const { run, logger } = start(printer('      idempotent: true\n      retry: { initial: 1ms }\n'));

    expect(await run('adapter.printer.greet')).toBe('heard > hello');
    expect(received).toHaveLength(2);
    expect(logger.lines).toContain('warn: outgoing call will be retried');
  });

  it('has keys in the defaults of connections', async () => {
    const { run } = start(`  defaults: { prefix: '# ' }\n${printer()}`);

    expect(await run('adapter.printer.greet')).toBe('heard # hello');
  });

  it('is described, explained and listed with the other kinds', () => {
    const { opened } = start(`${printer('      timeout: 3s\n')}  rest: { CRM: { url: 'http://crm.test' } }\n`);

    expect(opened.names()).toEqual(['CRM', 'Printer']);
    expect(opened.describe()).toMatchObject([
      { name: 'CRM', numbers: 'exact' },
      { name: 'Printer', prefix: '> ' },
    ]);
    const { layers } = opened.explain('Printer', (path) =>
      path.join('.') === 'lines.Printer.timeout' ? '3s' : undefined,
    );
    expect(layers.at(-1)).toEqual({
      layer: 'attempt',
      values: [
        { key: 'timeout', value: '3s', from: 'connection' },
        { key: 'prefix', value: '> ', from: 'built in' },
      ],
    });
  });

  it('has names that no connection of another kind has', () => {
    const { config } = readYaml(`${printer()}  rest: { Printer: { url: 'http://crm.test' } }\n`);

    expect(findConnectionProblems(config, [], KINDS).map(({ message }) => message)).toEqual([
      expect.stringContaining('another connection is named Printer'),
    ]);
  });

  it('rejects keys that it does not have', () => {
    const { problems } = readYaml(printer('      numbers: text\n'));

    expect(problems.map(({ path }) => path)).toEqual(['outgoing.lines.Printer.numbers']);
  });

  it('has an HTTP client for other code only where it brings one', async () => {
    const { opened } = start(printer());

    expect(await catchRejection(Promise.resolve().then(() => opened.http('Printer')))).toMatchObject({
      code: 'INTERNAL_ERROR',
    });
  });

  it('has a name of its own', () => {
    expect(() => createOutgoingSection([lines, lines])).toThrow(TypeError);
  });
});
