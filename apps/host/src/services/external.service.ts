import { BusService, NotFoundError, Service, ServiceUnavailableError } from 'trunkline';

@BusService({
  name: 'external.api.call',
  description: 'Maps the responses of an upstream by hand',
  errors: {
    EXTERNAL_API_AUTH_FAILED: { status: 502, title: 'The external API rejected the credentials of the bus' },
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

@BusService({ name: 'api.call.safe', description: 'Responds to every failure with a retry time of one minute' })
export class CallApiSafely extends Service {
  async handle() {
    try {
      return await this.invoke('adapter.unreliable.data.get', {});
    } catch (cause) {
      throw new ServiceUnavailableError('The API is unavailable', {}, { retryAfter: 60, cause });
    }
  }
}

@BusService({
  name: 'api.call.with-retry',
  description: 'Calls an API whose connection retries failed calls',
  errors: { FLAKY_API_REFUSED: { status: 502, title: 'The API rejected the request' } },
})
export class CallApiWithRetry extends Service {
  async handle() {
    const response = await this.out.rest['Flaky API'].get('/data');
    if (response.ok) return response.data;
    if (response.status >= 500) throw new ServiceUnavailableError('The API failed in every attempt');
    throw this.error('FLAKY_API_REFUSED');
  }
}
