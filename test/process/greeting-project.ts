import { createProject } from './trunkline-process';

const GREET_SERVICE = `
const { BusService, NotFoundError, Service } = require('trunkline');
/** Resolves shortly after a signal to end. */
const waitForSignal = () =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => setTimeout(resolve, 100));
  });
exports.Greet = BusService({ name: 'greet', input: 'name', description: 'Says hello' })(
  class extends Service {
    async handle() {
      if (this.request.input.name === 'nobody') throw new NotFoundError('Nobody there', { name: 'nobody' });
      if (this.request.input.name === 'careless') void Promise.reject(new Error('nobody waits for this'));
      this.logger.info('greeting');
      if (this.request.input.name === 'hang') await new Promise(() => undefined);
      if (this.request.input.name === 'slow') await waitForSignal();
      return { hello: this.request.input.name };
    }
  },
);
`;
/** Creates a project with the service `greet`, a channel for it, and a connection. */
export const createGreetingProject = (shutdown = '{ grace: 1s }') =>
  createProject({
    'services/greet.service.js': GREET_SERVICE,
    'config/bus.yaml': `bus: { name: shop, services: [services], http: { port: 0 }, shutdown: ${shutdown} }`,
    'config/channels.yaml': "channels: { rest: { greet: { method: GET, path: '/greet/{name}', service: greet } } }",
    'config/outgoing.yaml':
      "outgoing: { rest: { CRM: { url: 'http://127.0.0.1:1', services: { crm.get: { method: GET, path: '/c/{id}' } } } } }",
  });
