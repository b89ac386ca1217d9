import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The built page is static: the controller serves it beside the API, which is why every address is absolute. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    // A data: address would need a wider content security policy.
    assetsInlineLimit: 0,
    // One page behind a sign-in, fetched once and kept: splitting it would gain nothing.
    chunkSizeWarningLimit: 1500,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': { target: process.env.MILLWRIGHT_URL ?? 'https://127.0.0.1:8443', secure: false } },
  },
});
