export { Authority, type KeyPair } from './authority.ts';
export { createEnrolmentToken, Enrolment, EnrolmentError } from './enrolment.ts';
export { serverCertificate } from './server-certificate.ts';
export {
  approveEndpoint,
  noLongerEnrolled,
  revokeEndpoint,
  StandingError,
  type StandingProblem,
} from './standing.ts';
