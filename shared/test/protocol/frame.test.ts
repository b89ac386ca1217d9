import assert from 'node:assert/strict';
import {
  FrameError,
  MAX_FRAME_BYTES,
  parseAgentFrame,
  parseControllerFrame,
} from '@millwright/shared/protocol';
import fc from 'fast-check';

const text = (value: unknown): Buffer =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const refusal = (code: string) => (error: unknown) => error instanceof FrameError && error.code === code;

describe('frames', () => {
  it('are parsed into the messages that they are', () => {
    assert.deepEqual(parseAgentFrame(text({ type: 'ping', id: 3 }), false), { type: 'ping', id: 3 });
    assert.deepEqual(parseControllerFrame(text({ type: 'ack', seq: 3 }), false), { type: 'ack', seq: 3 });
  });

  it('are refused by name', () => {
    const cases: [Buffer, boolean, string][] = [
      [Buffer.alloc(MAX_FRAME_BYTES + 1, 0x20), false, 'frame-too-large'],
      [text({ type: 'ping', id: 3 }), true, 'frame-not-text'],
      [text('{"type":'), false, 'frame-not-json'],
      [text({ type: 'hello', protocol: 2 }), false, 'version-unknown'],
      [text({ type: 'shell' }), false, 'message-unknown'],
      [text({ type: 'ack', seq: 1 }), false, 'message-unknown'],
      [text({ type: 'ping', id: 3, extra: 1 }), false, 'message-malformed'],
      [text({ type: 'ping', id: '3' }), false, 'message-malformed'],
      [text({ id: 3 }), false, 'message-malformed'],
      [text([]), false, 'message-malformed'],
    ];
    for (const [frame, binary, code] of cases)
      assert.throws(() => parseAgentFrame(frame, binary), refusal(code), code);
  });

  it('of a catalogue file name nothing outside the two published folders', () => {
    for (const path of ['/etc/passwd', 'metadata', '../keys/warrant.pem', 'keys/warrant.pem', 'metadata/a b'])
      assert.throws(
        () => parseAgentFrame(text({ type: 'fetch', id: 1, path }), false),
        refusal('message-malformed'),
        path,
      );
  });

  it('never bring anything but a message or a FrameError, whatever the bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 256 }),
      fc.json().map((json) => Buffer.from(json)),
      fc
        .record({
          type: fc.constantFrom(
            'hello',
            'snapshot',
            'events',
            'fetch',
            'ping',
            'renew',
            'welcome',
            'ack',
            'policy',
            'warrant',
            'file',
            '__proto__',
            'constructor',
          ),
          protocol: fc.jsonValue(),
          events: fc.jsonValue(),
          readings: fc.jsonValue(),
          id: fc.jsonValue(),
          policy: fc.jsonValue(),
        })
        .map((value) => Buffer.from(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(bytes, fc.boolean(), (frame, binary) => {
        for (const parse of [parseAgentFrame, parseControllerFrame]) {
          try {
            assert.equal(typeof parse(frame, binary).type, 'string');
          } catch (error) {
            assert.ok(error instanceof FrameError, `${error}`);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
