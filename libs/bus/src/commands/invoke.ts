import { NestFactory } from '@nestjs/core';
import { assertNoPromise, classify, findInexactNumbers, findNumberPointer, Translator } from '@trunkline/failures';
import { Invoker, isItemStream, ServiceRegistry } from '@trunkline/service';
import { logOutcome, createCorrelationId } from '@trunkline/telemetry';
import { loadRunConfig } from '../config/partial-config';
import { BusModule } from '../module/bus.module';
import { createBusLogger } from '../assembly/create-bus-logger';
import { print } from './output';
import { UsageError } from './usage-error';

interface InvokeServiceOptions {
  readonly config: string;
  readonly name: string;
  /** JSON */
  readonly input: string;
  readonly json?: boolean;
}

/** Runs `trunkline invoke NAME --input JSON`: prints the payload to stdout, or the problem to stderr with exit code 1. */
export async function invokeService({
  config: directory,
  name,
  input,
  json = false,
}: InvokeServiceOptions): Promise<void> {
  const payload = parseInput(input);
  const config = loadRunConfig(directory);
  // stdout is for the payload alone.
  const logger = createBusLogger(config, process.stderr);
  const app = await NestFactory.createApplicationContext(BusModule.forRoot({ config, logger, role: 'none' }), {
    logger: false,
    abortOnError: false,
  });
  await app.init();
  const cid = createCorrelationId();
  try {
    const registry = app.get(ServiceRegistry);
    if (!registry.find(name)) throw new UsageError(registry.explainUnknown(name));
    const output = await app.get(Invoker).invoke(name, payload, { cid });
    if (isItemStream(output)) for await (const item of output) print(serializePayload(item, name, 0));
    else print(serializePayload(output, name, json ? 0 : 2));
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown;
    const failure = classify(thrown);
    logOutcome(logger, failure, { cid, service: name }, 'invocation failed');
    process.stderr.write(`${formatBody(app.get(Translator).translate(failure, cid, 'problem').body, json)}\n`);
    process.exitCode = 1;
  } finally {
    await app.close();
  }
}

function serializePayload(output: unknown, service: string, indent: number): string {
  const text: string | undefined = JSON.stringify(output, undefined, indent);
  if (text !== undefined) assertNoPromise(text, output, `the payload of ${service}`);
  return text ?? '';
}

function formatBody(body: string, isOneLine: boolean): string {
  return isOneLine ? body : JSON.stringify(JSON.parse(body), undefined, 2);
}

/** Parses the input as strictly as the body of a request. */
function parseInput(input: string): unknown {
  const value = parseJson(input);
  const [position] = findInexactNumbers(input);
  if (!position) return value;
  throw new UsageError(
    `the number at ${findNumberPointer(input, position)} in --input would lose digits: write it as a string`,
  );
}

function parseJson(input: string): unknown {
  try {
    const value: unknown = JSON.parse(input);
    return value;
  } catch {
    throw new UsageError(`expected JSON for --input, such as '{"customer_id":"CUST-123"}'`);
  }
}
