import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescriptorSink } from './descriptor-sink';

const LINE = `${'x'.repeat(65_535)}\n`;
const ignoring = { onDropped: () => undefined, onError: () => undefined };

describe('a descriptor sink', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'trunkline-sink-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const file = () => join(directory, 'lines');
  const onFile = (listener = ignoring) => new DescriptorSink(openSync(file(), 'a'), listener);

  /** A pipe whose reader the test controls. */
  const onPipe = () => {
    const path = join(directory, 'pipe');
    execFileSync('mkfifo', [path]);
    const open = () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const opener = open();
    const reported = { dropped: 0, error: new Error('none') };
    const sink = new DescriptorSink(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK), {
      onDropped: (lines) => (reported.dropped = lines),
      onError: (error) => (reported.error = error),
    });
    // A pipe can be opened for writing only while it has a reader.
    setImmediate(() => closeSync(opener));
    return { sink, reported, open };
  };

  it('has written all lines, in order, after a flush', async () => {
    const sink = onFile();
    const lines = Array.from({ length: 1_000 }, (_, n) => `${n}\n`);

    for (const line of lines) sink.write(line);
    await sink.flush();

    expect(readFileSync(file(), 'utf8')).toBe(lines.join(''));
    sink.close();
  });

  it('is flushed immediately if there are no lines', async () => {
    const sink = onFile();

    await expect(sink.flush()).resolves.toBeUndefined();
    sink.close();
  });

  it('drops lines once it is closed', async () => {
    const sink = onFile();

    sink.close();
    sink.write('late\n');
    await sink.flush();

    expect(readFileSync(file(), 'utf8')).toBe('');
  });

  it('never waits for a blocked reader: it buffers 16 MiB, drops the rest, and reports the number of lines on recovery', async () => {
    const { sink, reported, open } = onPipe();
    const reader = open();

    for (let count = 0; count < 300; count++) sink.write(LINE);
    const [, text] = await Promise.all([sink.flush(), readUntil(reader, () => reported.dropped > 0)]);

    expect(text === LINE.repeat(256)).toBe(true);
    expect(reported.dropped).toBe(300 - 256);
    sink.close();
    closeSync(reader);
  });

  it('starts a new line after a partly written one', async () => {
    const { sink, reported, open } = onPipe();
    const first = open();

    sink.write(`${'x'.repeat(10_000_000)}\n`);
    await readUntil(first, (text) => text.length > 0);
    closeSync(first);
    await sink.flush();
    const second = open();
    sink.write('whole\n');
    const [, text] = await Promise.all([sink.flush(), readUntil(second, (read) => read.endsWith('whole\n'))]);

    expect(reported.error).toMatchObject({ code: 'EPIPE' });
    expect(text).toMatch(/^x*\nwhole\n$/);
    sink.close();
    closeSync(second);
  });

  it('reports a failed write once, and continues', async () => {
    const troubles: Error[] = [];
    const sink = new DescriptorSink(openSync('/dev/full', 'a'), {
      ...ignoring,
      onError: (error) => troubles.push(error),
    });

    for (let count = 0; count < 3; count++) {
      sink.write('x\n');
      await sink.flush();
    }

    expect(troubles).toMatchObject([{ code: 'ENOSPC' }]);
    sink.close();
  });
});

async function readUntil(descriptor: number, isOver: (text: string) => boolean): Promise<string> {
  let text = '';
  while (!isOver(text)) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    text += readNow(descriptor);
  }
  return text;
}

/** Reads the content of the pipe. */
function readNow(descriptor: number): string {
  const buffer = Buffer.alloc(65_536);
  try {
    return buffer.toString('latin1', 0, readSync(descriptor, buffer));
  } catch {
    // The pipe is empty for now.
    return '';
  }
}
