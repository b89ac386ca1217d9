import { REPORT_TYPE, WARRANT_TYPE } from '@millwright/shared/trust';
import { attack } from './arena/index.ts';

attack('something that was signed as another type is sent as a warrant', 'signature-invalid', (arena) => {
  const envelope = arena.sign(arena.warrant(), [arena.warrantKey], REPORT_TYPE);
  return arena.send({ ...envelope, payloadType: WARRANT_TYPE });
});
