import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  UseGuards,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Authenticator, SecurityDefinitions } from 'trunkline';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

@Injectable()
class PartnersOnly implements CanActivate {
  readonly #gate: Authenticator;

  constructor(definitions: SecurityDefinitions) {
    this.#gate = definitions.getAuthenticator({ security: ['partners'], scopes: ['reports'] });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.#gate.authenticate(context.switchToHttp().getRequest<FastifyRequest>().raw);
    return true;
  }
}

@Controller('reports')
class Reports {
  @Get()
  @UseGuards(PartnersOnly)
  list() {
    return { reports: [] };
  }
}

@Module({ controllers: [Reports] })
class ReportsModule {}

describe('a controller beside the bus', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      modules: [ReportsModule],
      config: {
        'security.yaml': `security:
  partners:
    type: bearer
    callers: [{ name: acme, token: acme-token, scopes: [reports] }, { name: globex, token: globex-token }]`,
      },
    });
  });
  afterAll(() => running.stop());

  it.each([
    ['Bearer acme-token', 200, null],
    ['Bearer globex-token', 403, 'Bearer realm="trunkline", error="insufficient_scope", scope="reports"'],
    ['Bearer nobody', 401, 'Bearer realm="trunkline", error="invalid_token"'],
  ])('authenticates callers with the definitions of the bus: %s', async (authorization, status, challenge) => {
    const response = await sendRequest(`${running.url}/reports`, { headers: { authorization } });

    expect([response.status, response.headers.get('www-authenticate')]).toEqual([status, challenge]);
  });
});
