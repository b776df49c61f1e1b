import { DEFAULTS } from '@trunkline/resilience';
import { type ConnectionExplanation, explain } from './connection-explanation';
import { reportOf } from './connection-report';
import { settingsOf } from './connection-settings';
import { outgoingSection } from './section';

/** What is said of a connection, where the section is as a file has it. */
function explained(settings: object, defaults: object = {}): ConnectionExplanation {
  const written = { defaults, rest: { CRM: { url: 'http://crm.test', ...settings } } };
  const outgoing = outgoingSection.schema.parse(written);
  const { CRM: config } = outgoing.rest;
  if (!config) throw new Error('the spec has no connection CRM');
  const report = reportOf(settingsOf({ name: 'CRM', config, defaults: outgoing.defaults, security: {} }), config);
  return explain(report, (path) => path.reduce(memberOf, written));
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

const valuesOf = ({ layers }: ConnectionExplanation) =>
  Object.fromEntries(
    layers.flatMap(({ values }) => values.map(({ key, value, from }) => [key, [value, from]] as const)),
  );

describe('the explanation of a connection', () => {
  it('goes from the outside in', () => {
    expect(explained({}).layers.map(({ layer }) => layer)).toEqual([
      'whole call',
      'retry',
      'hedge',
      'hold',
      'circuit breaker',
      'bulkhead',
      'attempt',
    ]);
  });

  it('has what is built in where nobody says otherwise', () => {
    const values = valuesOf(explained({}));

    expect(values).toMatchObject({
      total: ['15s', 'built in'],
      'retry.attempts': [3, 'built in'],
      'retry.budget.ratio': [DEFAULTS.retryBudget.ratio, 'built in'],
      hedge: ['off', 'built in'],
      'circuitBreaker.window': ['10s', 'built in'],
      'bulkhead.queueTimeout': ['500ms', 'built in'],
      redirects: ['off', 'built in'],
    });
  });

  it('says of each value who said it', () => {
    const defaults = { timeout: '3s', retry: { attempts: 2, max: '1s' }, bulkhead: { queue: 1 } };
    const values = valuesOf(explained({ retry: { attempts: 5, budget: { ratio: 0.5 } }, bulkhead: 'off' }, defaults));

    expect(values).toMatchObject({
      timeout: ['3s', 'defaults'],
      'retry.attempts': [5, 'connection'],
      'retry.max': ['1s', 'defaults'],
      'retry.initial': ['50ms', 'built in'],
      'retry.budget.ratio': [0.5, 'connection'],
      'retry.budget.perSecond': [3, 'built in'],
      bulkhead: ['off', 'connection'],
    });
  });

  it('has what is built in where the defaults are off and the connection is not', () => {
    const values = valuesOf(explained({ circuitBreaker: { consecutive: 9 } }, { circuitBreaker: 'off' }));

    expect(values).toMatchObject({
      'circuitBreaker.consecutive': [9, 'connection'],
      'circuitBreaker.openFor': ['5s', 'built in'],
    });
  });

  it('takes a hedge as a whole', () => {
    const values = valuesOf(explained({ hedge: { after: '20ms' } }, { hedge: { max: 3 } }));

    expect(values).toMatchObject({ 'hedge.after': ['20ms', 'connection'], 'hedge.max': [1, 'built in'] });
  });

  it('shows a proxy without its credentials', () => {
    const values = valuesOf(explained({}, { proxy: 'http://bus:s3cr3t@proxy.test:3128' }));

    expect(values).toMatchObject({ proxy: ['http://proxy.test:3128', 'defaults'] });
    expect(JSON.stringify(explained({ proxy: 'http://bus:s3cr3t@proxy.test' }))).not.toContain('s3cr3t');
    expect(valuesOf(explained({ proxy: 'off' }))).not.toHaveProperty('proxy');
  });
});
