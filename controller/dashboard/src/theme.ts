import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const pine: MantineColorsTuple = [
  '#eef7f6',
  '#dcecea',
  '#b5d9d5',
  '#8bc5bf',
  '#68b4ac',
  '#52a9a0',
  '#3f9a91',
  '#2d8980',
  '#1f7a71',
  '#0b6e65',
];

const mono = 'ui-monospace, "Cascadia Code", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

export const theme = createTheme({
  colors: { pine },
  primaryColor: 'pine',
  primaryShade: { light: 9, dark: 8 },
  fontFamily: 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: mono,
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.0625rem' }, h3: { fontSize: '0.9375rem' } },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/**
 * The colours that carry meaning. Each is text on the page's grounds at 4.5:1 or better, in both schemes; Mantine's own
 * dimmed grey is not.
 */
export const meaning: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#55606a',
    '--mantine-color-placeholder': '#67727c',
    '--mantine-color-error': '#c0262d',
    '--mw-ground': '#f5f7f7',
    '--mw-line': '#e0e5e6',
    '--mw-hover': '#f5f8f8',
    '--mw-critical': '#c0262d',
    '--mw-warning': '#9a5200',
    '--mw-ok': '#1d7440',
    '--mw-waiting': '#1c62a8',
    '--mw-quiet': '#55606a',
    '--mw-critical-ground': '#fdf0f0',
    '--mw-warning-ground': '#fdf5e8',
    '--mw-ok-ground': '#eef8f1',
    '--mw-waiting-ground': '#eef4fb',
    '--mw-bar': '#3f8f87',
    '--mw-bar-ground': '#e3e9e9',
  },
  dark: {
    '--mantine-color-body': '#1c2124',
    '--mantine-color-dimmed': '#a4afb5',
    '--mantine-color-placeholder': '#98a3a9',
    '--mantine-color-error': '#ff8f8f',
    '--mw-ground': '#14181a',
    '--mw-line': '#30383c',
    '--mw-hover': '#232a2e',
    '--mw-critical': '#ff8f8f',
    '--mw-warning': '#f5b863',
    '--mw-ok': '#7fd49c',
    '--mw-waiting': '#82bdf5',
    '--mw-quiet': '#a4afb5',
    '--mw-critical-ground': '#3a2224',
    '--mw-warning-ground': '#352a19',
    '--mw-ok-ground': '#1d3226',
    '--mw-waiting-ground': '#1d2d3d',
    '--mw-bar': '#4fa79e',
    '--mw-bar-ground': '#343d41',
  },
});
