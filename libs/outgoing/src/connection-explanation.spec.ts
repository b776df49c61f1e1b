import { DEFAULT_POLICY_OPTIONS } from '@trunkline/resilience';
import { type ConnectionExplanation, explainConnection } from './connection-explanation';
import { rest } from './rest/kind';
import { createRestReport } from './rest/rest-report';
import { resolveRestSettings } from './rest/rest-settings';
import { outgoingSection } from './section';

/** What is said of a connection, where the section is as a file has it. */
function explainSettings(settings: object, defaults: object = {}): ConnectionExplanation {
  const written = { defaults, rest: { CRM: { url: 'http://crm.test', ...settings } } };
  const outgoing = outgoingSection.schema.parse(written);
  const { CRM: config } = outgoing.rest;
  if (!config) throw new Error('the spec has no connection CRM');
  const report = createRestReport(
    resolveRestSettings({ name: 'CRM', config, defaults: outgoing.defaults, security: {} }),
    config,
  );
  return explainConnection(report, rest, (path) => path.reduce(readMember, written));
}

function readMember(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

const listValues = ({ layers }: ConnectionExplanation) =>
  Object.fromEntries(
    layers.flatMap(({ values }) => values.map(({ key, value, from }) => [key, [value, from]] as const)),
  );

describe('the explanation of a connection', () => {
  it('lists policies from the outside in', () => {
    expect(explainSettings({}).layers.map(({ layer }) => layer)).toEqual([
      'whole call',
      'retry',
      'hedge',
      'hold',
      'circuit breaker',
      'limit',
      'bulkhead',
      'attempt',
    ]);
  });

  it('has the built-in values where nothing is configured', () => {
    const values = listValues(explainSettings({}));

    expect(values).toMatchObject({
      total: ['15s', 'built in'],
      'retry.attempts': [3, 'built in'],
      'retry.budget.ratio': [DEFAULT_POLICY_OPTIONS.retryBudget.ratio, 'built in'],
      hedge: ['off', 'built in'],
      'circuitBreaker.window': ['10s', 'built in'],
      'bulkhead.queueTimeout': ['500ms', 'built in'],
      redirects: ['off', 'built in'],
    });
  });

  it('says of each value who said it', () => {
    const defaults = { timeout: '3s', retry: { attempts: 2, max: '1s' }, bulkhead: { queue: 1 } };
    const values = listValues(
      explainSettings({ retry: { attempts: 5, budget: { ratio: 0.5 } }, bulkhead: 'off' }, defaults),
    );

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

  it('has the built-in values where the defaults are off and the connection is not', () => {
    const values = listValues(explainSettings({ circuitBreaker: { consecutive: 9 } }, { circuitBreaker: 'off' }));

    expect(values).toMatchObject({
      'circuitBreaker.consecutive': [9, 'connection'],
      'circuitBreaker.openFor': ['5s', 'built in'],
    });
  });

  it('does not merge a hedge', () => {
    const values = listValues(explainSettings({ hedge: { after: '20ms' } }, { hedge: { max: 3 } }));

    expect(values).toMatchObject({ 'hedge.after': ['20ms', 'connection'], 'hedge.max': [1, 'built in'] });
  });

  it('shows a proxy without its credentials', () => {
    const values = listValues(explainSettings({}, { proxy: 'http://bus:s3cr3t@proxy.test:3128' }));

    expect(values).toMatchObject({ proxy: ['http://proxy.test:3128', 'defaults'] });
    expect(JSON.stringify(explainSettings({ proxy: 'http://bus:s3cr3t@proxy.test' }))).not.toContain('s3cr3t');
    expect(listValues(explainSettings({ proxy: 'off' }))).not.toHaveProperty('proxy');
  });
});
