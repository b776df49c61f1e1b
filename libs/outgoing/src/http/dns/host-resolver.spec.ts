import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catchRejection } from '../../test-bus.fixture';
import { HostResolver } from './host-resolver';
import { findLocalAddresses } from './hosts-file';

const A = 1;
let server: Socket | undefined;

afterEach(() => {
  server?.close();
  server = undefined;
});

/** A name server; `answer` makes the reply to a question of a type, or none. */
async function serving(answer: (query: Buffer, type: number) => Buffer | undefined): Promise<string> {
  const socket = createSocket('udp4');
  server = socket;
  socket.on('message', (query, { port, address }) => {
    const reply = answer(query, query.readUInt16BE(query.length - queryTail(query)));
    if (reply) socket.send(reply, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return `127.0.0.1:${socket.address().port}`;
}

/** Where the type of the question stands, from the end: what follows it may be an OPT record. */
function queryTail(query: Buffer): number {
  let at = 12;
  while ((query[at] ?? 0) !== 0) at += 1 + (query[at] ?? 0);
  return query.length - at - 1;
}

/** A reply to a query (RFC 1035 §4.1): with one address 192.0.2.7, or with none and a code. */
function replyTo(query: Buffer, type: number, code = 0): Buffer {
  const question = query.subarray(0, query.length - queryTail(query) + 4);
  const hasAnswer = type === A && code === 0;
  const reply = Buffer.from(question);
  reply.writeUInt16BE(0x8180 | code, 2);
  reply.writeUInt16BE(hasAnswer ? 1 : 0, 6);
  reply.writeUInt32BE(0, 8);
  const record = Buffer.from('c00c000100010000003c0004c0000207', 'hex');
  return hasAnswer ? Buffer.concat([reply, record]) : reply;
}

describe('a host is resolved', () => {
  it('by the name servers', async () => {
    const resolver = new HostResolver([await serving((query, type) => replyTo(query, type))]);

    await expect(resolver.resolve('crm.test')).resolves.toEqual([{ address: '192.0.2.7', family: 4 }]);
  });

  it('without addresses of IPv6 when these do not arrive', async () => {
    const resolver = new HostResolver([
      await serving((query, type) => (type === A ? replyTo(query, type) : undefined)),
    ]);

    await expect(resolver.resolve('crm.test')).resolves.toEqual([{ address: '192.0.2.7', family: 4 }]);
  });

  it('within 1.5 s or not at all, and does not keep the system waiting', async () => {
    const resolver = new HostResolver([await serving(() => undefined)]);
    let hasEnded = false;

    const hanging = catchRejection(resolver.resolve('crm.test')).finally(() => (hasEnded = true));
    await expect(new HostResolver().resolve('localhost')).resolves.not.toEqual([]);
    expect(hasEnded).toBe(false);

    expect(await hanging).toMatchObject({ code: 'EAI_AGAIN' });
  });

  it('as the system does it when the name servers do not know it', async () => {
    const resolver = new HostResolver([await serving((query, type) => replyTo(query, type, 3))]);

    expect(await catchRejection(resolver.resolve('no-such-name.invalid'))).toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('the hosts file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-hosts-'));
  const file = join(folder, 'hosts');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has addresses of both kinds for a name and its other names, whatever their case', async () => {
    writeFileSync(
      file,
      '# 192.0.2.1 crm.test\n192.0.2.2\tOther.test CRM.test # ours\r\n2001:db8::1 crm.test\nnonsense crm.test\n',
    );

    await expect(findLocalAddresses('Crm.Test', file)).resolves.toEqual([
      { address: '192.0.2.2', family: 4 },
      { address: '2001:db8::1', family: 6 },
    ]);
    await expect(findLocalAddresses('crm', file)).resolves.toEqual([]);
  });

  it.each(['localhost', 'crm.localhost'])('need not have %s', async (name) => {
    await expect(findLocalAddresses(name, join(folder, 'none'))).resolves.toEqual([
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
  });
});
