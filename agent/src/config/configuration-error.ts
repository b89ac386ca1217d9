/** The operator's configuration is wrong; the message says where and how to mend it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
