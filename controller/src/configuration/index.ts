export {
  Configuration,
  ConfigurationError,
  configurationPath,
  readConfiguration,
  writeConfiguration,
} from './configuration.ts';
