import { BusService, Service } from 'trunkline';

@BusService({
  name: 'example.logging',
  input: ['-fail'],
  description: 'An expected error is a warning in the log, an unexpected one an error',
  errors: { EXPECTED_ERROR: { status: 400, title: 'This error was expected' } },
})
export class LogFailures extends Service<{ fail?: string }, { status: string }> {
  handle() {
    const { fail } = this.request.input;
    if (fail === 'expected') throw this.error('EXPECTED_ERROR');
    if (fail === 'unexpected') throw new Error('something that nobody thought of');
    return { status: 'ok' };
  }
}
