import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureTime, waitUntil } from '@trunkline/testing';
import { BusService, NotFoundError, ServerSentEvent, Service } from 'trunkline';
import { z } from 'zod';
import { assertResponseDocumented } from '../documents/openapi-response-validator';
import { type RunningBus, startBus } from '../running-bus';
import { openResponse } from './open-response';

const ended: string[] = [];
let made = 0;
const STOPPED = new AbortController();

@BusService({ name: 'count', input: z.strictObject({ to: z.int(), failAt: z.int().optional() }) })
class Count extends Service<{ to: number; failAt?: number | undefined }, AsyncIterable<unknown>> {
  async *handle() {
    const { to, failAt } = this.request.input;
    for (let number = 1; number <= to; number += 1) {
      if (number === failAt) throw new NotFoundError(`There is no ${number}`);
      yield { number };
      await sleep(1);
    }
  }
}

@BusService({ name: 'events' })
class Events extends Service<unknown, AsyncIterable<unknown>> {
  async *handle() {
    const last = Number(this.request.http?.headers['last-event-id'] ?? 0);
    yield new ServerSentEvent({ text: 'two\nlines' }, { id: String(last + 1), event: 'note', retry: 2_000 });
    yield 'plain';
    yield new ServerSentEvent(undefined, { id: 'a\nb' });
  }
}

@BusService({ name: 'endless' })
class Endless extends Service<unknown, AsyncIterable<unknown>> {
  async *handle() {
    try {
      for (made = 0; !STOPPED.signal.aborted; made += 1) yield 'x'.repeat(10_000);
    } finally {
      ended.push('endless');
    }
  }
}

@BusService({ name: 'waiting' })
class Waiting extends Service<unknown, AsyncIterable<unknown>> {
  async *handle() {
    try {
      yield 'first';
      await sleep(600_000, undefined, { signal: this.signal });
    } finally {
      ended.push('waiting');
    }
  }
}

@BusService({ name: 'slow' })
class Slow extends Service<unknown, AsyncIterable<unknown>> {
  async *handle() {
    await sleep(600_000, undefined, { signal: this.signal });
    yield 'late';
  }
}

@BusService({ name: 'promised' })
class Promised extends Service<unknown, AsyncIterable<unknown>> {
  async handle() {
    await sleep(1);
    return this.#items();
  }

  async *#items() {
    yield await this.invokeDynamic('inner', {});
  }
}

@BusService({ name: 'inner' })
class Inner extends Service {
  handle() {
    return { cid: this.cid };
  }
}

@BusService({ name: 'declared', output: z.strictObject({ number: z.int() }) })
class Declared extends Service<unknown, AsyncIterable<{ number: number }>> {
  async *handle() {
    yield { number: 1 };
    yield { number: 1.5 };
  }
}

@BusService({ name: 'limited', timeout: '100ms' })
class Limited extends Service<unknown, AsyncIterable<unknown>> {
  async *handle() {
    yield 'first';
    await sleep(600_000, undefined, { signal: this.signal });
  }
}

const both = 'produces: [text/event-stream, application/x-ndjson]';
const channels = `
channels:
  rest:
    count: { method: GET, path: '/count/{to}', service: count, ${both} }
    count.post: { method: POST, path: /count, service: count, ${both}, idempotency: { keep: 1m } }
    lines: { method: GET, path: /lines, service: waiting, produces: [application/x-ndjson], stream: { maxDuration: 100ms } }
    events: { method: GET, path: /events, service: events, produces: [text/event-stream] }
    endless: { method: GET, path: /endless, service: endless, ${both} }
    waiting: { method: GET, path: /waiting, service: waiting, ${both}, stream: { heartbeat: 1s } }
    short: { method: GET, path: /short, service: waiting, ${both}, stream: { maxDuration: 100ms } }
    slow: { method: GET, path: /slow, service: slow, produces: [application/x-ndjson], timeout: 100ms }
    idle: { method: GET, path: /idle, service: slow, produces: [text/event-stream], stream: { maxDuration: 200ms } }
    promised: { method: GET, path: /promised, service: promised, ${both} }
    declared: { method: GET, path: /declared, service: declared, produces: [application/x-ndjson] }
    limited: { method: GET, path: /limited, service: limited, produces: [application/x-ndjson] }
    json: { method: GET, path: '/json/{to}', service: count }
`;
const EVENTS = { accept: 'text/event-stream' };
const LINES = { accept: 'application/x-ndjson' };

describe('A response of items', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      config: { 'channels.yaml': channels },
      services: [Count, Events, Endless, Waiting, Slow, Promised, Inner, Declared, Limited],
    });
  });
  afterAll(() => {
    STOPPED.abort();
    return running.stop();
  });
  beforeEach(() => {
    ended.length = 0;
  });
  const read = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await fetch(`${running.url}${path}`, { method, headers });
    const received = { status: response.status, headers: response.headers, text: await response.text() };
    assertResponseDocumented(`${running.url}${path}`, method, received);
    return received;
  };
  /** A client that reads nothing until it is told to. */
  const open = (path: string, headers: Record<string, string> = {}) => openResponse(`${running.url}${path}`, headers);
  const findFailures = (channel: string) =>
    running.readLog().filter((line) => line['channel'] === channel && line['code'] !== undefined);

  it('is a stream of events, with the fields of each', async () => {
    const { status, headers, text } = await read('/events', { 'last-event-id': '41' });

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/event-stream');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-length')).toBeNull();
    expect(headers.get('x-request-id')).not.toBeNull();
    const [first, second, third] = text.split('\n\n');
    expect(first).toBe('id: 42\nevent: note\nretry: 2000\ndata: {"text":"two\\nlines"}');
    expect(second).toBe('data: "plain"');
    expect(third).toMatch(/^event: error\ndata: \{.*"code":"INTERNAL_ERROR"/);
  });

  it('is a line of JSON each for a client that prefers it', async () => {
    const { headers, text } = await read('/count/3', { accept: 'text/event-stream;q=0.5, application/x-ndjson' });

    expect(headers.get('content-type')).toBe('application/x-ndjson');
    expect(text).toBe('{"number":1}\n{"number":2}\n{"number":3}\n');
  });

  it('has the first format of the channel where the client has no preference', async () => {
    expect((await read('/count/1')).text).toBe('data: {"number":1}\n\n');
  });

  it('is a 406 for a client that accepts none of the formats', async () => {
    const { status, text } = await read('/count/1', { accept: 'application/json' });

    expect(status).toBe(406);
    expect(JSON.parse(text)).toMatchObject({ acceptable: ['text/event-stream', 'application/x-ndjson'] });
  });

  it('may come from a promise, and calls other services while it is read', async () => {
    const { text } = await read('/promised', { ...LINES, 'x-request-id': 'cid-of-items' });

    expect(text).toBe('{"cid":"cid-of-items"}\n');
  });

  it('has the status of a failure before the first item', async () => {
    const { status, text } = await read('/count/3?failAt=1', EVENTS);

    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ code: 'RESOURCE_NOT_FOUND' });
  });

  it.each([
    ['event of the type error', EVENTS, /^data: \{"number":1\}\n\nevent: error\ndata: (\{.*\})\n\n$/],
    ['line with a member error', LINES, /^\{"number":1\}\n\{"error":(\{.*\})\}\n$/],
  ])('reports a later failure as an %s, which is logged once', async (_format, accept, pattern) => {
    const cid = `late-${accept.accept.length}`;
    const { status, text } = await read('/count/3?failAt=2', { ...accept, 'x-request-id': cid });

    expect(status).toBe(200);
    const document: unknown = JSON.parse(pattern.exec(text)?.[1] ?? '');
    expect(document).toMatchObject({ status: 404, code: 'RESOURCE_NOT_FOUND', request_id: cid });
    expect(running.readLog().filter((line) => line['cid'] === cid && line['status'] === 404)).toHaveLength(1);
  });

  it('is validated item by item where the service declares its output', async () => {
    const { text } = await read('/declared', LINES);
    const [first, last = ''] = text.split('\n');

    expect(first).toBe('{"number":1}');
    expect(JSON.parse(last)).toMatchObject({ error: { status: 500 } });
  });

  it('is made no faster than its client reads it', async () => {
    const { response, leave } = await open('/endless', LINES);
    response.pause();
    let before = -1;
    await waitUntil(() => {
      const isStill = made === before && made > 0;
      before = made;
      return isStill;
    });
    await sleep(50);

    expect(made).toBe(before);
    expect(made).toBeLessThan(2_000);
    leave();
    await waitUntil(() => ended.includes('endless'));
  });

  it('ends within 100 ms when its client leaves, and is not logged as a failure', async () => {
    const { response, leave } = await open('/waiting', EVENTS);
    await once(response, 'data');
    const { tookMs } = await measureTime(async () => {
      leave();
      await waitUntil(() => ended.includes('waiting'));
    });

    expect(tookMs).toBeLessThan(100);
    await sleep(20);
    expect(findFailures('waiting')).toEqual([]);
  });

  it('has a comment as its heartbeat while there is no event', async () => {
    const { response, leave } = await open('/waiting', EVENTS);
    let text = '';
    response.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await waitUntil(() => text.includes(':\n\n'), { timeoutMs: 5_000 });
    leave();

    expect(text).toBe('data: "first"\n\n:\n\n');
  });

  it('ends after its maximum time: events without a failure, lines with one', async () => {
    const events = await read('/short', EVENTS);
    const lines = await read('/lines', LINES);

    expect(events.text).toBe('data: "first"\n\n');
    expect(lines.text).toMatch(/^"first"\n\{"error":\{.*"status":504/);
    await waitUntil(() => ended.length >= 2);
  });

  it('ends with the time limit of its service', async () => {
    expect((await read('/limited', LINES)).text).toMatch(/^"first"\n\{"error":\{.*"status":504/);
  });

  it('is a 504 without an item before the timeout of the channel', async () => {
    expect(await read('/slow', LINES)).toMatchObject({ status: 504 });
  });

  it('has its head after a second, if there is no event by then', async () => {
    const { response } = await open('/idle', EVENTS);
    const text: string = await new Response(Readable.toWeb(response) as ReadableStream).text();

    expect(response.statusCode).toBe(200);
    expect(text).toBe('');
  });

  it('is an error where the channel produces no format of streams', async () => {
    const { status } = await read('/json/1');

    expect(status).toBe(500);
    const [line] = findFailures('json');
    expect(JSON.stringify(line)).toContain('must list text/event-stream or application/x-ndjson');
  });

  it('is not repeated for the same Idempotency-Key', async () => {
    const send = () =>
      fetch(`${running.url}/count`, {
        method: 'POST',
        headers: { ...LINES, 'content-type': 'application/json', 'idempotency-key': 'k1' },
        body: '{"to":2}',
      });
    const first = await send();

    expect(await first.text()).toBe('{"number":1}\n{"number":2}\n');
    expect(await (await send()).json()).toMatchObject({ code: 'IDEMPOTENCY_ANSWER_NOT_KEPT' });
  });

  it('has only its head for HEAD', async () => {
    const { status, headers, text } = await read('/waiting', EVENTS, 'HEAD');

    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(headers.get('content-type')).toBe('text/event-stream');
    expect(ended).toEqual([]);
  });
});

describe('The shutdown of a bus', () => {
  it('ends streams of events, whose clients reconnect to another instance', async () => {
    const running = await startBus({
      config: { 'channels.yaml': channels },
      services: [Waiting, Count, Events, Endless, Slow, Promised, Inner, Declared, Limited],
    });
    const response = await fetch(`${running.url}/waiting`, { headers: EVENTS });
    const text = response.text();
    const { tookMs } = await measureTime(() => running.stop());

    expect(await text).toBe('data: "first"\n\n');
    expect(tookMs).toBeLessThan(3_000);
  });
});
