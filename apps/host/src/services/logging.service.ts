import { BusService, Service } from 'trunkline';

@BusService({
  name: 'example.logging',
  input: ['-fail'],
  description: 'Logs an expected error as a warning and an unexpected one as an error',
  errors: { EXPECTED_ERROR: { status: 400, title: 'This error was expected' } },
})
export class LogFailures extends Service<{ fail?: string }, { status: string }> {
  handle() {
    const { fail } = this.request.input;
    if (fail === 'expected') throw this.error('EXPECTED_ERROR');
    if (fail === 'unexpected') throw new Error('unexpected bug in the example');
    return { status: 'ok' };
  }
}
