import { copyTemplateDirectory, RecordingLogger } from '@trunkline/testing';
import { EmbeddedBackend } from './embedded-backend';

/** Creates a directory with an empty store. */
export function createEmbeddedDirectory(): Promise<string> {
  return copyTemplateDirectory('trunkline-embedded-0.5.16-6.7.0', async (directory) => {
    const backend = await EmbeddedBackend.open({ directory, logger: new RecordingLogger() });
    await backend.close();
  });
}
