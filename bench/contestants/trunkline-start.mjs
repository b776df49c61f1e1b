// Starts the bus of BENCH_CONFIG; ready when it listens.
import { Bus } from 'trunkline';
import { runContestant } from '../contestant.mjs';

const bus = await Bus.create({ config: process.env.BENCH_CONFIG, port: 0 });
await bus.listen();

runContestant({});
