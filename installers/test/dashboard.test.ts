import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { Setting } from '../demo/setting.ts';

const screenshots = 'coverage/screenshots';

describe('the dashboard in a browser', function () {
  this.timeout(120_000);
  let setting: Setting;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    setting = new Setting();
    await setting.open();
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
    });
  });
  after(async () => {
    await browser?.close();
    await setting.close();
  });

  /** Looks at the page as it stands: no accessibility violation, and a picture for whoever wants to see. */
  const inspect = async (name: string): Promise<void> => {
    await page.screenshot({ path: `${screenshots}/${name}.png`, fullPage: true });
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`),
      [],
      `${name} has accessibility violations`,
    );
  };

  it('signs a technician in by the one-time link, once', async () => {
    const link = await setting.signInLink();
    await page.goto(link);
    await page.getByRole('heading', { level: 1, name: 'Fleet' }).waitFor();
    assert.equal(new URL(page.url()).hash, '', 'the code does not stay in the address');
    await inspect('fleet-calm');

    const again = await context.browser()?.newContext({ ignoreHTTPSErrors: true });
    const other = await again?.newPage();
    await other?.goto(link);
    await other?.getByRole('alert').waitFor();
    await again?.close();
  });

  it('tells the whole story of one fault, live', async () => {
    await page.getByRole('link', { name: 'Tickets' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Tickets' }).waitFor();
    const pid = setting.place.killTill();
    // Without a reload: the ticket comes by the live feed.
    await page.getByText('Process stopped: till on').first().waitFor();
    await page.getByText('Process stopped: till on').first().click();
    await page.getByText('Fixed by "Start a declared process"').first().waitFor();
    const told = (await page.getByRole('main').textContent()) ?? '';
    for (const said of [
      'till is not running',
      'The built-in chooser picked posix/process/start',
      "The endpoint's own readings show that it is over",
    ])
      assert.ok(told.includes(said), `the ticket does not say: ${said}\n${told}`);
    assert.notEqual(setting.place.tillPid(), pid);
    await inspect('ticket-closed');
  });

  it('shows each page without an accessibility violation, light and dark', async () => {
    const { webPort } = setting.controller;
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const path of [
        '',
        'approvals',
        'tickets',
        'alerts',
        'endpoints',
        `endpoints/${setting.endpoint}`,
        'runbooks',
        'tickets/1',
      ]) {
        await page.goto(`https://127.0.0.1:${webPort}/${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForLoadState('load');
        while ((await page.locator('[aria-busy]').count()) > 0) await sleep(50);
        await inspect(`${path.replaceAll('/', '-') || 'fleet'}-${scheme}`);
      }
    }
  });

  it('shows what waits for a person, and runs it on the yes', async () => {
    const { operations, webPort } = setting.controller;
    await operations.setMode('posix/process/start', 'hill-bakery', 'suggest', 'test');
    setting.place.killTill();
    await page.goto(`https://127.0.0.1:${webPort}/approvals`);
    await page
      .getByRole('button', { name: /^Approve/ })
      .first()
      .waitFor();
    await inspect('approval-waiting');
    await page
      .getByRole('button', { name: /^Approve/ })
      .first()
      .click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^(Approve|Run)/ })
      .click();
    await page.goto(`https://127.0.0.1:${webPort}/tickets/1`);
    // The same fault within its watch: the ticket of before opened again.
    await page.getByText('owner approved posix/process/start').first().waitFor();
    await page.getByText('Fixed by "Start a declared process"').first().waitFor();
  });

  it('says on every page who stopped everything and why, and that the controller has little room left', async () => {
    const { operations, webPort } = setting.controller;
    await page.route('**/api/v1/fleet', async (route) => {
      const response = await route.fetch();
      const storage = { freeBytes: 100 * 1024 ** 2, totalBytes: 20 * 1024 ** 3, room: 'too-little' };
      await route.fulfill({ response, json: { ...(await response.json()), storage } });
    });
    await page.goto(`https://127.0.0.1:${webPort}/tickets`);
    await page.getByText('disk is full: 100 MiB of 20 GiB left.').waitFor();
    await operations.setKillSwitch(true, 'a drill of ours', 'mia');
    await page.getByText(/mia turned it on .*: a drill of ours/).waitFor();
    await inspect('banners');
    await operations.setKillSwitch(false, 'it is over', 'mia');
    await page.getByText('The kill switch is on.').waitFor({ state: 'detached' });
    await page.unroute('**/api/v1/fleet');
  });

  it('shows the rest of a long list when it is asked for', async () => {
    const { store, webPort } = setting.controller;
    const place = { client: 'hill-bakery', site: 'hill-bakery/head-office', endpoint: null };
    await store.write(async (tx) => {
      for (let number = 1; number <= 120; number += 1)
        await tx
          .insertInto('tickets')
          .values({
            ...place,
            subject: `Printer ${number}`,
            state: 'closed',
            priority: 'P4',
            openedAt: number,
            updatedAt: number,
            closedAt: number,
            fixedInMs: null,
          })
          .execute();
    });
    await page.goto(`https://127.0.0.1:${webPort}/tickets?words=printer`);
    await page.getByRole('heading', { name: 'The first 100 tickets' }).waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByRole('heading', { name: '120 tickets' }).waitFor();
    await page.getByRole('textbox', { name: 'Find tickets by a word' }).fill('printer 7');
    // 7, and 70 to 79.
    await page.getByRole('heading', { name: '11 tickets' }).waitFor();
  });

  it('raised no error in the browser meanwhile', () => {
    assert.deepEqual(complaints, []);
  });
});
