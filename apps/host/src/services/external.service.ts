import { BusService, NotFoundError, Service, ServiceUnavailableError } from 'trunkline';

@BusService({
  name: 'external.api.call',
  description: 'Maps the answers of another system by hand',
  errors: {
    EXTERNAL_API_AUTH_FAILED: { status: 502, title: 'The external API does not accept this bus' },
    EXTERNAL_API_FAILED: { status: 502, title: 'The external API failed' },
  },
})
export class CallExternalApi extends Service {
  async handle() {
    const response = await this.out.rest['External API'].get('/data');
    if (response.status === 200) return response.data;
    if (response.status === 404) throw new NotFoundError('Not found in the external API');
    throw this.error(response.status === 401 ? 'EXTERNAL_API_AUTH_FAILED' : 'EXTERNAL_API_FAILED');
  }
}

@BusService({ name: 'api.call.safe', description: 'Whatever goes wrong, the client is asked to come back in a minute' })
export class CallApiSafely extends Service {
  async handle() {
    try {
      return await this.invoke('adapter.unreliable.data.get', {});
    } catch (cause) {
      throw new ServiceUnavailableError('The API is not available at the moment', {}, { retryAfter: 60, cause });
    }
  }
}

@BusService({
  name: 'api.call.with-retry',
  description: 'The connection retries what may be retried',
  errors: { FLAKY_API_REFUSED: { status: 502, title: 'The API refused the request' } },
})
export class CallApiWithRetry extends Service {
  async handle() {
    const response = await this.out.rest['Flaky API'].get('/data');
    if (response.ok) return response.data;
    if (response.status >= 500) throw new ServiceUnavailableError('The API failed each time it was tried');
    throw this.error('FLAKY_API_REFUSED');
  }
}
