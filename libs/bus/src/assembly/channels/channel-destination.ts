import { ValidationFailedError, violationAt } from '@trunkline/failures';
import { RegisteredService, Service, type ServiceRegistry } from '@trunkline/service';

/** What a client is told of a message that it has published. */
interface PublicationReceipt {
  readonly topic: string;
  /** How many have a job of it. */
  readonly subscribers: number;
}

/** The service of a channel that has a topic instead of one: it publishes bodies, and answers 202 when they are stored. */
function createTopicService(topic: string): RegisteredService {
  class PublishToTopic extends Service<unknown, PublicationReceipt> {
    async handle() {
      const { payload } = this.request;
      if (payload === undefined) throw new ValidationFailedError([violationAt([], 'a body is expected', 'required')]);
      const { subscribers } = await this.publish(topic, payload, { refusals: 'forward' });
      this.response.statusCode = 202;
      return { topic, subscribers };
    }
  }
  return new RegisteredService(
    { name: `topic.${topic}`, description: `Publishes to the topic ${topic}` },
    PublishToTopic,
  );
}

interface Destination {
  readonly service?: string | undefined;
  readonly topic?: string | undefined;
}

/** The service of a channel. */
export function resolveChannelService(
  { service, topic = '' }: Destination,
  registry: ServiceRegistry,
): RegisteredService {
  return service === undefined ? createTopicService(topic) : registry.get(service);
}

/** Where a channel leads, for people. */
export function formatDestination({ service, topic = '' }: Destination): string {
  return service ?? `topic ${topic}`;
}
