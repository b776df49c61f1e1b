import { BusService, Service } from 'trunkline';
import { sendRequest } from '../send-request';
import { startBus } from '../running-bus';

@BusService({ name: 'log.request' })
class LogRequest extends Service {
  handle() {
    const { headers, query } = this.request.http ?? {};
    this.logger.info({ headers, query }, 'seen');
  }
}

it('the log of a service has no API key header, of callers or of the bus', async () => {
  const running = await startBus({
    services: [LogRequest],
    config: {
      'test.yaml': `
security:
  partners: { type: apiKey, header: X-Partner-Code, callers: [{ name: acme, key: acme-key-1 }] }
  own: { type: apiKey, header: X-Depot, key: depot-key-1 }
channels: { rest: { seen: { method: GET, path: /seen, service: log.request } } }`,
    },
  });

  await sendRequest(`${running.url}/seen?code=Canary&page=2`, {
    headers: { 'x-partner-code': 'Canary', 'x-depot': 'Canary', 'x-tenant': 'north' },
  });
  const [seen] = running.readLog().filter(({ msg }) => msg === 'seen');
  await running.stop();

  expect(seen).toMatchObject({
    headers: { 'x-partner-code': '[redacted]', 'x-depot': '[redacted]', 'x-tenant': 'north' },
    query: { code: '[redacted]', page: '2' },
  });
});
