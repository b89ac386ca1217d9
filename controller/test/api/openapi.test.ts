import assert from 'node:assert/strict';
import { access } from '../../src/api/access.ts';
import { ApiUnderTest } from './api-under-test.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
interface Operation {
  readonly summary?: string;
  readonly security?: Json;
  readonly parameters?: { name: string; in: string; schema: Json }[];
  readonly responses: Record<string, { content?: Record<string, { schema: Json }> }>;
}

describe('the OpenAPI document', () => {
  let api: ApiUnderTest;
  let document: {
    openapi: string;
    info: { title: string; version: string };
    paths: Record<string, Record<string, Operation>>;
    components: { schemas?: Record<string, Json> };
  };
  before(async () => {
    api = await ApiUnderTest.open();
    document = (await api.app.inject('/openapi.json')).json();
  });
  after(() => api.close());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  it('is OpenAPI 3.1', () => {
    assert.match(document.openapi, /^3\.1\.\d+$/);
    assert.deepEqual(document.info.title, 'Millwright');
  });

  it('lists every route of the API, and no other', () => {
    const listed = operations().map(
      ({ path, method }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
    );
    const routes = Object.keys(access).filter((route) => route.includes('/api/v1/'));
    assert.deepEqual(listed.sort(), routes.sort());
  });

  it('describes each: a summary, every parameter of its path, its answers and its errors', () => {
    for (const { path, method, operation } of operations()) {
      const where = `${method} ${path}`;
      assert.ok(operation.summary, where);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      assert.deepEqual(
        described.map(({ name }) => name),
        named,
        where,
      );
      const codes = Object.keys(operation.responses);
      assert.ok(codes.includes('4XX') && codes.some((code) => code.startsWith('2')), where);
      if (method === 'get')
        assert.ok(Object.values(operation.responses[200]?.content ?? {})[0]?.schema, where);
    }
  });

  it('refers to nothing that it does not hold', () => {
    const text = JSON.stringify(document);
    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      assert.ok(name in (document.components.schemas ?? {}), name);
    assert.ok(!/"\$ref":"(?!#\/components\/)/.test(text));
  });

  it('says that signing in needs no credential, and all else does', () => {
    for (const { path, method, operation } of operations())
      assert.deepEqual(operation.security, method === 'post' && path === '/api/v1/session' ? [] : undefined);
  });
});
