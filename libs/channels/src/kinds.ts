import type { ChannelKind } from './channel-kind';
import { rest } from './kinds/rest/kind';
import { webhook } from './kinds/webhook/kind';

/** The kinds of channels, in the order of the configuration reference. */
export const channelKinds: readonly ChannelKind[] = [rest, webhook];
