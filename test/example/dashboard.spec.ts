import { sendRequest } from '../send-request';
import { type ExampleBus, startExampleBus } from './example-bus';

describe('GET /api/dashboard/{user_id}', () => {
  let example: ExampleBus;
  beforeAll(async () => {
    example = await startExampleBus();
  });
  afterEach(() => example.reset());
  afterAll(() => example.stop());
  const dashboard = (user = 'USER-1', headers: Record<string, string> = {}) =>
    sendRequest(`${example.url}/api/dashboard/${user}`, { headers });

  it('is complete when all systems respond', async () => {
    const { status, headers, body } = await dashboard();

    expect(status).toBe(200);
    expect(body).toMatchObject({
      profile: { user_id: 'USER-1' },
      notifications: expect.any(Array),
      activity: expect.any(Array),
      errors: [],
    });
    expect(headers.get('composite-complete')).toBe('?1');
    expect(headers.get('composite-status')).toBeNull();
  });

  it.each([
    ['NOTIFICATIONS' as const, 'notifications', { status: 500 }, 'UPSTREAM_ERROR'],
    ['NOTIFICATIONS' as const, 'notifications', { hang: true }, 'DEADLINE_EXCEEDED'],
    ['ACTIVITY' as const, 'activity', { status: 503 }, 'UPSTREAM_UNAVAILABLE'],
  ])('is partial without %s when it fails', async (system, key, fault, code) => {
    example.systems[system].setFault(fault);

    const { status, headers, body } = await dashboard();

    expect(status).toBe(200);
    expect(body).toMatchObject({ profile: { user_id: 'USER-1' }, [key]: [], errors: [`${key}_unavailable`] });
    expect(headers.get('composite-complete')).toBe('?0');
    expect(headers.get('composite-status')).toContain(`${key};fallback;code="${code}"`);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    [{ status: 500 }, 502, 'UPSTREAM_ERROR'],
    [{ status: 404 }, 404, 'UPSTREAM_NOT_FOUND'],
  ])('fails with the profile: %j is %d %s', async (fault, status, code) => {
    example.systems.USERS.setFault(fault);
    example.systems.ACTIVITY.setFault({ hang: true });

    const response = await dashboard();

    expect(response.status).toBe(status);
    expect(response.body).toMatchObject({
      code,
      title: 'Failed to load user profile',
      branches: { profile: { outcome: 'failed', code, status } },
    });
    expect(response.body['branches']).toMatchObject({ activity: { outcome: 'cancelled' } });
  });

  it('is complete or an error for a client that prefers strict handling', async () => {
    example.systems.NOTIFICATIONS.setFault({ status: 500 });

    const strict = await dashboard('USER-1', { prefer: 'handling=strict' });
    example.reset();
    const whole = await dashboard('USER-1', { prefer: 'handling=strict' });

    expect(strict).toMatchObject({ status: 502, body: { branches: { notifications: { outcome: 'failed' } } } });
    expect(whole.status).toBe(200);
    expect(whole.headers.get('preference-applied')).toBe('handling=strict');
  });
});
