import { describeWithServer } from '../servers/describe-with-server';
import { RedisServer } from '../servers/redis-server';
import { waitUntil } from '@trunkline/testing';
import { type JobHostProcess, JobProject } from './job-project';
import { Producer } from './producer';
import { printFigures, chooseSize } from './soak';

const TICKS = chooseSize(4, 60);
const JOBS = chooseSize(60, 1_000);

describeWithServer('redis', 'two hosts on one Redis', () => {
  let server: RedisServer;
  let project: JobProject;
  let hosts: readonly JobHostProcess[];

  beforeAll(async () => {
    server = await RedisServer.start();
    project = new JobProject(
      { jobs: { backend: server.url } },
      { 'config/schedule.yaml': 'schedule: { every.second: { every: 1s, service: tick, overlap: queue } }' },
    );
    hosts = await Promise.all([project.start(), project.start()]);
  }, 60_000);
  afterAll(async () => {
    project.killAll();
    await server.stop();
  });

  const listTicks = () => project.readEntries('tick').map(([, id]) => Number(id?.split('@')[1]));

  it('process each tick of a schedule exactly once', async () => {
    await waitUntil(() => listTicks().length >= TICKS || undefined, { timeoutMs: (TICKS + 30) * 1_000 });

    const ticks = listTicks().toSorted((a, b) => a - b);
    printFigures({ ticks: ticks.length, spanMs: (ticks.at(-1) ?? 0) - (ticks[0] ?? 0) });
    const steps = ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? 0));
    expect(new Set(steps)).toEqual(new Set([1_000]));
  }, 120_000);

  it('share all jobs, whichever host receives them', async () => {
    const producer = new Producer(() => hosts[0]?.url, 20);
    await producer.submit(JOBS);
    await waitUntil(() => project.readEntries('end').length === JOBS || undefined, { timeoutMs: 60_000 });

    const ran = project.readEntries('begin').map(([, , , pid]) => pid);
    printFigures(hosts.map(({ child }) => ran.filter((pid) => pid === String(child.pid)).length));
    for (const { child } of hosts) expect(ran.filter((pid) => pid === String(child.pid)).length).toBeGreaterThan(0);
    expect(ran).toHaveLength(JOBS);
  }, 120_000);
});
