import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Header,
  HttpException,
  Module,
  type NestInterceptor,
  NotFoundException,
  Param,
  ServiceUnavailableException,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { tap } from 'rxjs';
import { BusError, BusService, Service } from 'trunkline';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

interface Reply {
  header(name: string, value: string | number | readonly string[]): void;
}

/** Sets rate limit headers on the reply, as rate limiters for Nest do. */
class Throttle implements CanActivate {
  static left = 0;
  static header = 'Retry-After';
  canActivate(context: ExecutionContext) {
    const reply = context.switchToHttp().getResponse<Reply>();
    reply.header('Set-Cookie', ['a=1', 'b=2']);
    Throttle.left -= 1;
    if (Throttle.left < 0) {
      reply.header(Throttle.header, 60);
      throw new HttpException('ThrottlerException: Too Many Requests', 429);
    }
    reply.header('X-RateLimit-Limit', 10);
    reply.header('X-RateLimit-Remaining', Throttle.left);
    return true;
  }
}

class Stamp implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const reply = context.switchToHttp().getResponse<Reply>();
    reply.header('X-Before', 'seen');
    reply.header('Cache-Control', 'max-age=60');
    return next.handle().pipe(tap(() => reply.header('X-After', 'seen')));
  }
}

@BusService({ name: 'thing', input: 'how' })
class Thing extends Service<{ how: string }> {
  handle() {
    const { how } = this.request.input;
    this.response.headers['x-own'] = 'service';
    if (how === 'busy') throw new BusError('Busy', { status: 503, retryAfter: 7 });
    if (how === 'missing') throw new NotFoundException('No such thing');
    if (how === 'ill') throw new ServiceUnavailableException({ status: 'error', error: { db: { status: 'down' } } });
    if (how === 'bytes') return Buffer.from('bytes');
    if (how === 'nothing') return undefined;
    return how === 'large' ? { how: 'x'.repeat(10_000) } : { how };
  }
}

@Controller('own')
class Own {
  @Get(':how')
  @Header('ETag', '"own"')
  read(@Param('how') how: string) {
    if (how === 'missing') throw new NotFoundException('No such thing');
    if (how === 'ill') throw new ServiceUnavailableException({ status: 'error', error: { db: { status: 'down' } } });
    return { how };
  }
}

@Module({
  controllers: [Own],
  providers: [Thing, { provide: APP_GUARD, useClass: Throttle }, { provide: APP_INTERCEPTOR, useClass: Stamp }],
})
class Enhanced {}

const channels = `
channels:
  rest:
    things: { method: GET, path: '/things/{how}', service: thing, cors: { origins: ['https://a.example'] } }
    files: { method: GET, path: '/files/{how}', service: thing, produces: [application/octet-stream] }
    flat: { method: GET, path: '/flat/{how}', service: thing, errors: flat }
`;

describe('Headers that guards and interceptors set on the reply', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({ config: { 'channels.yaml': channels }, modules: [Enhanced] });
  });
  afterAll(() => running.stop());
  beforeEach(() => {
    Throttle.left = 10;
    Throttle.header = 'Retry-After';
  });
  const at = (path: string) => sendRequest(`${running.url}${path}`, { headers: { 'accept-encoding': 'gzip' } });

  it.each(['/things/good', '/files/bytes', '/things/nothing', '/things/large', '/own/good'])(
    'are part of a successful response: %s',
    async (path) => {
      const { headers, status } = await at(path);

      expect(status).toBe(path.endsWith('nothing') ? 204 : 200);
      expect(headers.get('x-ratelimit-limit')).toBe('10');
      expect(headers.get('x-ratelimit-remaining')).toBe('9');
      expect([headers.get('x-before'), headers.get('x-after')]).toEqual(['seen', 'seen']);
      expect(headers.get('cache-control')).toBe('max-age=60');
      expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    },
  );

  it('are combined with those of the service and of the channel', async () => {
    const { headers } = await at('/things/good');

    expect(headers.get('x-own')).toBe('service');
    expect(headers.get('vary')).toBe('origin');
  });

  it.each(['/things/missing', '/own/missing'])(
    'are part of a failed response, except those that describe another body: %s',
    async (path) => {
      const { headers, status } = await at(path);

      expect(status).toBe(404);
      expect(headers.get('x-ratelimit-remaining')).toBe('9');
      expect(headers.get('x-before')).toBe('seen');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('etag')).toBeNull();
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    },
  );

  it.each(['/things/good', '/own/good'])('set Retry-After, which the body repeats: %s', async (path) => {
    Throttle.left = 0;

    const { headers, status, body } = await at(path);

    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('60');
    expect(body).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', retry_after: 60 });
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('set Retry-After also when each of several limits has its own header', async () => {
    Throttle.left = 0;
    Throttle.header = 'Retry-After-short';

    const { headers, body } = await at('/things/good');

    expect(headers.get('retry-after-short')).toBe('60');
    expect(headers.get('retry-after')).toBe('60');
    expect(body['retry_after']).toBe(60);
  });

  it('do not override headers of a failure', async () => {
    const { headers, body } = await at('/things/busy');

    expect(headers.get('retry-after')).toBe('7');
    expect(body['retry_after']).toBe(7);
  });

  it.each(['/things/ill', '/own/ill'])(
    'do not change the status of an exception of the application: %s',
    async (path) => {
      const { status, body } = await at(path);

      expect(status).toBe(503);
      expect(body).toMatchObject({ status: 'error', code: 'SERVICE_UNAVAILABLE', error: { db: { status: 'down' } } });
      await expect(at('/flat/ill')).resolves.toMatchObject({ status: 503, body: { status: 'error' } });
    },
  );
});
