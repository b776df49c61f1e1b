import { isDeepStrictEqual } from 'node:util';
import {
  ArgumentsHost,
  BadRequestException,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  HttpException,
  Injectable,
  Module,
  type NestInterceptor,
  Param,
  type PipeTransform,
  Post,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, NestFactory, Reflector } from '@nestjs/core';
import { map } from 'rxjs';
import {
  BusExceptionFilter,
  BusModule,
  BusService,
  busAdapter,
  CurrentInvocation,
  Invoker,
  NotFoundError,
  Service,
} from 'trunkline';
import { waitUntil } from '@trunkline/testing';
import { sendRequest, sendUndocumentedRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { createJobsDirectory } from '../jobs/jobs-directory';

@Injectable()
class Greeting {
  constructor(private readonly current: CurrentInvocation) {}
  of(name: string) {
    return `hello ${name} from ${this.current.service ?? 'nowhere'}`;
  }
}

@BusService({ name: 'greet', input: 'name' })
class Greet extends Service<{ name: string }, string> {
  constructor(private readonly greeting: Greeting) {
    super();
  }
  handle() {
    return this.greeting.of(this.request.input.name);
  }
}

@Controller()
class Beside {
  constructor(private readonly invoker: Invoker) {}

  @Get('/beside/:name')
  greet(@Param('name') name: string) {
    return this.invoker.invoke(Greet, { name });
  }

  @Get('/beside/fail/:how')
  fail(@Param('how') how: string): never {
    if (how === 'missing') throw new NotFoundError('No such thing', { how });
    if (how === 'forbidden') throw new ForbiddenException('Not for you');
    if (how === 'http') throw new BadRequestException({ message: ['a is wrong', 'b is wrong'], hint: 'look' });
    if (how === 'teapot') throw new HttpException('I am a teapot', 418);
    throw new Error('a secret of ours');
  }

  @Post('/greet/:name')
  onThePathOfAChannel() {
    return { from: 'controller' };
  }
}

@Module({ providers: [Greeting, Greet], controllers: [Beside] })
class Application {}

const channels = `channels: { rest: { greet: { method: GET, path: '/greet/{name}', service: greet } } }`;

describe('a Nest application with a bus', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({ config: { 'channels.yaml': channels }, modules: [Application] });
  });
  afterAll(() => running.stop());
  const at = (path: string, init?: RequestInit) => sendRequest(`${running.url}${path}`, init);

  it('injects its providers into services', async () => {
    await expect(at('/greet/Ada')).resolves.toMatchObject({ status: 200, text: '"hello Ada from greet"' });
  });

  it('serves its own controllers on the same port, and they can invoke services', async () => {
    await expect(at('/beside/Ada')).resolves.toMatchObject({ status: 200, text: 'hello Ada from greet' });
  });

  it('serves a controller on the path of a channel, for another method', async () => {
    await expect(at('/greet/Ada', { method: 'POST' })).resolves.toMatchObject({
      status: 201,
      body: { from: 'controller' },
    });
  });

  it('sends a correlation id with every response', async () => {
    const { headers } = await at('/beside/Ada', { headers: { 'x-request-id': 'mine' } });

    expect(headers.get('x-request-id')).toBe('mine');
  });

  it.each([
    ['missing', 404, { code: 'RESOURCE_NOT_FOUND', title: 'No such thing', how: 'missing' }],
    ['forbidden', 403, { code: 'FORBIDDEN', title: 'Not for you' }],
    ['http', 400, { code: 'BAD_REQUEST', title: 'a is wrong; b is wrong', hint: 'look' }],
    ['teapot', 418, { code: 'HTTP_418', type: 'about:blank' }],
    ['other', 500, { code: 'INTERNAL_ERROR' }],
  ])('translates failures of controllers like those of channels: %s', async (how, status, problem) => {
    const { status: actualStatus, headers, body, text } = await at(`/beside/fail/${how}`);

    expect(actualStatus).toBe(status);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({ ...problem, request_id: headers.get('x-request-id') });
    expect(text).not.toContain('secret');
  });
});

@Injectable()
class HeaderGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}
  canActivate(context: ExecutionContext) {
    const role = this.reflector.getAllAndOverride<string | undefined>('role', [
      context.getHandler(),
      context.getClass(),
    ]);
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    return headers['x-door'] !== 'shut' && (role === undefined || headers['x-role'] === role);
  }
}

@Injectable()
class Wrap implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((payload: unknown) => ({ wrapped: payload })));
  }
}

@Injectable()
class Trim implements PipeTransform {
  transform(value: unknown) {
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, typeof member === 'string' ? member.trim() : member]),
    );
  }
}

class OddError extends Error {}

@Catch(OddError)
class OddFilter {
  catch(_exception: OddError, host: ArgumentsHost) {
    host
      .switchToHttp()
      .getResponse<{ code(status: number): { send(body: object): void } }>()
      .code(409)
      .send({ odd: true });
  }
}

class HouseFilter extends BusExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost) {
    super.catch(exception instanceof RangeError ? new NotFoundError('Out of range') : exception, host);
  }
}

@BusService({ name: 'guarded' })
@SetMetadata('role', 'admin')
class Guarded extends Service {
  handle() {
    return 'inside';
  }
}

const stored: unknown[] = [];

@BusService({ name: 'store' })
@SetMetadata('role', 'admin')
class Store extends Service {
  handle() {
    stored.push(this.request.input);
    return { stored: true };
  }
}

@BusService({ name: 'throwing' })
class Throwing extends Service<{ what: string }> {
  handle() {
    const { what } = this.request.input;
    if (what === 'odd') throw new OddError();
    if (what === 'range') throw new RangeError();
    if (what === 'other') throw new Error('a secret of ours');
    return what;
  }
}

@Module({
  providers: [
    Guarded,
    Store,
    Throwing,
    { provide: APP_GUARD, useClass: HeaderGuard },
    { provide: APP_INTERCEPTOR, useClass: Wrap },
    { provide: APP_PIPE, useClass: Trim },
    { provide: APP_FILTER, useClass: HouseFilter },
    { provide: APP_FILTER, useClass: OddFilter },
  ],
})
class Enhanced {}

const enhancedChannels = (directory: string) => `
bus: { http: { port: 0 }, log: { level: debug }, jobs: { directory: '${directory}' } }
topics: { stored: { subscribers: [{ service: store }] } }
channels:
  rest:
    guarded: { method: GET, path: /guarded, service: guarded }
    later: { method: POST, path: /later, service: store, async: true, idempotency: optional }
    either: { method: POST, path: /either, service: store, async: optional }
    told: { method: POST, path: /told, topic: stored }
    throwing: { method: GET, path: '/throwing/{what}', service: throwing, errors: flat }
`;

describe('guards, interceptors, pipes and filters of the application', () => {
  let running: RunningBus;
  beforeAll(async () => {
    const config = { 'test-bus.yaml': enhancedChannels(await createJobsDirectory()) };
    running = await startBus({ config, modules: [Enhanced] });
  });
  afterAll(() => running.stop());
  const at = (path: string, init?: RequestInit) => sendRequest(`${running.url}${path}`, init);
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    at(path, createJsonRequest('POST', body, headers));
  // The OpenAPI document describes the job without the wrapper of an interceptor.
  const postWrapped = (path: string, body: unknown, headers: Record<string, string>) =>
    sendUndocumentedRequest(`${running.url}${path}`, createJsonRequest('POST', body, headers));

  it('run around channels, and see the decorators of the service', async () => {
    await expect(at('/guarded')).resolves.toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    await expect(at('/guarded', { headers: { 'x-role': 'admin' } })).resolves.toMatchObject({
      status: 200,
      body: { wrapped: 'inside' },
    });
  });

  it('transform the input before the service sees it', async () => {
    await expect(at('/throwing/%20x%20')).resolves.toMatchObject({ body: { wrapped: 'x' } });
  });

  it('run before a job is stored: a rejected request creates no job, and frees its idempotency key', async () => {
    const admin = { 'x-role': 'admin', prefer: 'respond-async' };
    // The first job opens the store; requests wait for that for at most a second.
    await waitUntil(async () => (await postWrapped('/either', {}, admin)).status === 202);

    const rejected = [
      await post('/later', { id: 'refused' }, { 'idempotency-key': 'one' }),
      await post('/either', { id: 'refused' }),
      await post('/either', { id: 'refused' }, { prefer: 'respond-async' }),
      await post('/either', { id: 'refused' }, { prefer: 'respond-async, wait=5' }),
      await post('/told', { id: 'refused' }, { 'x-door': 'shut' }),
    ];
    const admitted = await postWrapped('/later', { id: 'refused' }, { ...admin, 'idempotency-key': 'one' });

    expect(rejected.map(({ status, body }) => `${status} ${String(body['code'])}`)).toEqual(
      Array(5).fill('403 FORBIDDEN'),
    );
    expect(admitted.status).toBe(202);
    await waitUntil(() => stored.some((input) => isDeepStrictEqual(input, { id: 'refused' })));
    expect(stored.filter((input) => isDeepStrictEqual(input, { id: 'refused' }))).toHaveLength(1);
  });

  it('see and transform the response of a channel with jobs, and the stored input', async () => {
    const admin = { 'x-role': 'admin', prefer: 'respond-async' };

    const accepted = await postWrapped('/either', { id: ' trimmed ' }, admin);
    const waited = await post('/either', { id: 'waited' }, { ...admin, prefer: 'respond-async, wait=10' });

    const { id } = accepted.body['wrapped'] as { readonly id: string };
    expect(accepted).toMatchObject({ status: 202, body: { wrapped: { service: 'store', state: 'queued' } } });
    expect(accepted.headers.get('location')).toBe(`/jobs/${id}`);
    expect(waited).toMatchObject({ status: 200, body: { wrapped: { stored: true } } });
    await waitUntil(() => stored.some((input) => isDeepStrictEqual(input, { id: 'trimmed' })));
  });

  it('respond to the failures that they catch', async () => {
    await expect(sendUndocumentedRequest(`${running.url}/throwing/odd`)).resolves.toMatchObject({
      status: 409,
      body: { odd: true },
    });
    await expect(at('/throwing/range')).resolves.toMatchObject({ status: 404, body: { error: 'resource_not_found' } });
  });

  it('leave other failures to the bus, in the error format of the channel', async () => {
    await expect(at('/throwing/other')).resolves.toMatchObject({ status: 500, body: { error: 'internal_error' } });
  });
});

@Injectable()
class DenyAll implements CanActivate {
  canActivate() {
    return false;
  }
}

@BusService({ name: 'closed' })
@UseGuards(DenyAll)
class Closed extends Service {
  handle() {
    return 'inside';
  }
}

describe('an application that its own code starts', () => {
  // Its log goes to stdout.
  const quietBus = { 'test-bus.yaml': 'bus: { http: { port: 0 }, log: { level: error } }' };

  it('serves channels with busAdapter() and BusModule', async () => {
    const example = await startBus({
      config: {
        ...quietBus,
        'channels.yaml': 'channels: { rest: { closed: { method: POST, path: /closed, service: closed } } }',
      },
      services: [Closed],
    });
    const directory = example.bus.config.loaded.directory;
    @Module({ imports: [BusModule.forRoot({ config: directory })], providers: [Closed] })
    class Own {}
    const app = await NestFactory.create(Own, await busAdapter({ config: directory }), { logger: false });
    await app.listen(0, '127.0.0.1');

    const response = await sendRequest(`${await app.getUrl()}/closed`, createJsonRequest('POST', {}));
    await app.close();
    await example.stop();

    expect(response).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  it('takes its options from a factory', async () => {
    const example = await startBus({ config: quietBus, services: [] });
    const directory = example.bus.config.loaded.directory;
    @Module({ imports: [BusModule.forRootAsync({ useFactory: () => ({ config: directory }) })], providers: [Closed] })
    class Own {}
    const app = await NestFactory.createApplicationContext(Own, { logger: false });

    const payload = await app.get(Invoker).invoke('closed', {});
    await app.close();
    await example.stop();

    expect(payload).toBe('inside');
  });
});
