import { z } from 'zod';
import { MAX_FRAME_BYTES, PROTOCOL_VERSION } from './limits.ts';
import { AgentMessage, ControllerMessage } from './message.ts';

/** Why a frame was refused, by name. Sent as the WebSocket's close reason with code 1008 (policy) or 1009 (size). */
export type FrameProblem =
  | 'frame-too-large'
  | 'frame-not-text'
  | 'frame-not-json'
  | 'version-unknown'
  | 'message-unknown'
  | 'message-malformed';

export class FrameError extends Error {
  readonly code: FrameProblem;
  constructor(code: FrameProblem, message: string) {
    super(message);
    this.name = 'FrameError';
    this.code = code;
  }
}

/** The WebSocket close code and reason for a refused frame. */
export function closeFor(error: FrameError): { code: number; reason: string } {
  return {
    code: error.code === 'frame-too-large' ? 1009 : 1008,
    reason: error.code,
  };
}

const Head = z.looseObject({ type: z.string().max(64), protocol: z.unknown().optional() });

function parseFrame<T extends z.ZodType>(
  schema: T,
  known: ReadonlySet<string>,
  data: Uint8Array,
  isBinary: boolean,
): z.infer<T> {
  if (data.byteLength > MAX_FRAME_BYTES)
    throw new FrameError(
      'frame-too-large',
      `frame of ${data.byteLength} bytes; at most ${MAX_FRAME_BYTES} are read`,
    );
  if (isBinary) throw new FrameError('frame-not-text', 'binary frame; messages are JSON text');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8'));
  } catch {
    throw new FrameError('frame-not-json', 'frame is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const head = Head.safeParse(value);
  if (!head.success) throw new FrameError('message-malformed', 'message has no type');
  if (head.data.protocol !== undefined && head.data.protocol !== PROTOCOL_VERSION)
    throw new FrameError(
      'version-unknown',
      `protocol ${JSON.stringify(head.data.protocol)}; this side speaks ${PROTOCOL_VERSION}`,
    );
  if (!known.has(head.data.type))
    throw new FrameError('message-unknown', `message type ${JSON.stringify(head.data.type)} is unknown`);
  const [issue] = parsed.error.issues;
  throw new FrameError(
    'message-malformed',
    `${head.data.type}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is malformed'}`,
  );
}

const typesOf = (schema: {
  options: readonly { shape: { type: z.ZodLiteral<string> } }[];
}): ReadonlySet<string> => new Set(schema.options.map((option) => option.shape.type.value));
const agentTypes = typesOf(AgentMessage);
const controllerTypes = typesOf(ControllerMessage);

/** @throws FrameError */
export function parseAgentFrame(data: Uint8Array, isBinary: boolean): AgentMessage {
  return parseFrame(AgentMessage, agentTypes, data, isBinary);
}

/** @throws FrameError */
export function parseControllerFrame(data: Uint8Array, isBinary: boolean): ControllerMessage {
  return parseFrame(ControllerMessage, controllerTypes, data, isBinary);
}
