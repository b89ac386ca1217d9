import { REPORT_TYPE } from '@millwright/shared/trust';
import { attack } from './arena/index.ts';

attack('a warrant signed as something else', 'signature-invalid', (arena) =>
  arena.send(arena.sign(arena.warrant(), [arena.warrantKey], REPORT_TYPE)),
);
