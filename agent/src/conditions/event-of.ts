import type { Transition } from '@millwright/shared/conditions';
import type { EventBody } from '@millwright/shared/protocol';
import { hashOf } from '@millwright/shared/trust';

/** The event that tells a transition, with the readings as evidence: frozen, and hashed as canonical JSON of the list. */
export function eventOf(transition: Transition): EventBody {
  const readings = [...transition.readings];
  const evidence = { readings, sha256: hashOf(readings) };
  const { condition, subject } = transition;
  const description = transition.description.slice(0, 1024);
  switch (transition.change) {
    case 'raised':
      return {
        type: 'condition-raised',
        condition,
        title: transition.title,
        severity: transition.severity,
        subject,
        description,
        evidence,
      };
    case 'cleared':
      return { type: 'condition-cleared', condition, subject, description, evidence };
  }
}
