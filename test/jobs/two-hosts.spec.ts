import { describeWith } from '../servers/describe-with';
import { RedisServer } from '../servers/redis-server';
import { eventually } from './job-bus';
import { type JobHostProcess, JobProject } from './job-project';
import { Producer } from './producer';
import { report, sized } from './soak';

const TICKS = sized(4, 60);
const JOBS = sized(60, 1_000);

describeWith('redis', 'two hosts on one Redis', () => {
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

  const ticksOf = () => project.said('tick').map(([, id]) => Number(id?.split('@')[1]));

  it('do the ticks of a schedule once each, and leave none out', async () => {
    await eventually(() => ticksOf().length >= TICKS || undefined, (TICKS + 30) * 1_000);

    const ticks = ticksOf().toSorted((a, b) => a - b);
    report({ ticks: ticks.length, spanMs: (ticks.at(-1) ?? 0) - (ticks[0] ?? 0) });
    const steps = ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? 0));
    expect(new Set(steps)).toEqual(new Set([1_000]));
  }, 120_000);

  it('share the jobs, whichever of them made them', async () => {
    const producer = new Producer(() => hosts[0]?.url, 20);
    await producer.hand(JOBS);
    await eventually(() => project.said('end').length === JOBS || undefined, 60_000);

    const ran = project.said('begin').map(([, , , pid]) => pid);
    report(hosts.map(({ child }) => ran.filter((pid) => pid === String(child.pid)).length));
    for (const { child } of hosts) expect(ran.filter((pid) => pid === String(child.pid)).length).toBeGreaterThan(0);
    expect(ran).toHaveLength(JOBS);
  }, 120_000);
});
