import { NestFactory } from '@nestjs/core';
import { classify, Translator } from '@trunkline/failures';
import { Invoker } from '@trunkline/service';
import { logOutcome, newCorrelationId } from '@trunkline/telemetry';
import { loadBusConfig } from '../bus-config';
import { BusModule } from '../bus.module';
import { loggerOf } from '../logger-of';
import { print } from './output';

interface InvokeCommandOptions {
  readonly config: string;
  readonly name: string;
  /** JSON */
  readonly input: string;
  readonly json?: boolean;
}

/** `trunkline invoke NAME --input JSON`: payload to stdout, or the problem to stderr and exit code 1. */
export async function invokeCommand({
  config: directory,
  name,
  input,
  json = false,
}: InvokeCommandOptions): Promise<void> {
  const payload = parsed(input);
  const config = loadBusConfig({ directory, otherServices: [] });
  // stdout belongs to the payload.
  const logger = loggerOf(config, process.stderr);
  const app = await NestFactory.createApplicationContext(BusModule.forRoot({ config, logger }), {
    logger: false,
    abortOnError: false,
  });
  await app.init();
  const cid = newCorrelationId();
  try {
    const output = await app.get(Invoker).invoke(name, payload, { cid });
    print(JSON.stringify(output, undefined, json ? 0 : 2) ?? '');
  } catch (thrown) {
    const failure = classify(thrown);
    logOutcome(logger, failure, { cid, service: name }, 'invocation failed');
    process.stderr.write(`${app.get(Translator).translate(failure, cid, 'problem').body}\n`);
    process.exitCode = 1;
  } finally {
    await app.close();
  }
}

function parsed(input: string): unknown {
  try {
    const value: unknown = JSON.parse(input);
    return value;
  } catch {
    throw new TypeError(`--input takes JSON, such as '{"customer_id":"CUST-123"}'`);
  }
}
