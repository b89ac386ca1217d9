export {
  Configuration,
  ConfigurationError,
  type ConfigurationProblem,
  configurationPath,
  readConfiguration,
  writeConfiguration,
} from './configuration.ts';
