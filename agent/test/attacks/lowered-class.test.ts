import { attack } from './arena/index.ts';

attack(
  'the warrant says that the runbook is L1',
  'payload-malformed',
  (arena) => arena.send(arena.sign(arena.warrant({ class: 'L1', technicians: 0 }))),
  { manifest: { class: 'L2', technicians: 1 } },
);
