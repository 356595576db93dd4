// What a person downloads, and links a spreadsheet to: the names that each
// screen shows, page after page, and the files for t/page/download.t to compare.
'use strict';

const fs = require('fs');
const path = require('path');
const { config, say, ok, is, none, browse, visitor, faults, url, logged_in,
    screens } = require('./browser.js');

const formats = ['csv', 'xlsx', 'jsonl', 'hubspot'];

// The name in each row, of all pages.
async function shown(page, where) {
    const names = [];
    await page.goto(url(where));
    for (let pages = 1; pages < 100; pages++) {
        names.push(...await page.locator('main .leads tbody tr, main .timeline '
            + '> li').evaluateAll((rows) => rows.map((row) =>
            row.querySelector('.name')?.innerText.trim()
                ?? document.querySelector('h1').innerText.trim())));
        const older = page.locator('main a[href*="before="]');
        if (await older.count() === 0)
            break;
        await Promise.all([page.waitForNavigation(), older.last().click()]);
    }
    return names;
}

// Files by a click, and the others by their links.
async function files(context, page, where, n) {
    const got = {};
    await page.goto(url(where));
    for (const format of formats) {
        const link = page.locator(`main a[href*="as=${format}"]`);
        const file = path.join(config.out, `${n}.${format}`);
        if (format === 'csv') {
            const [download] = await Promise.all([
                page.waitForEvent('download'), link.click()]);
            ok(/\.csv$/.test(download.suggestedFilename()),
                `${where}: a file with a name`, download.suggestedFilename());
            await download.saveAs(file);
        } else {
            const href = await link.first().getAttribute('href');
            const response = await context.request.get(
                new URL(href, page.url()).href);
            is(response.status(), 200, `${where}: ${format} is there`);
            ok(/^attachment/.test(response.headers()['content-disposition']),
                '  to be saved');
            fs.writeFileSync(file, await response.body());
        }
        got[format] = file;
    }
    return got;
}

// A link for a spreadsheet, made in the page: its URL.
async function feed(page, where, name) {
    await page.goto(url(where));
    if (!where.startsWith('/feeds'))
        await Promise.all([page.waitForNavigation(),
            page.locator('main a[href*="/feeds"]').first().click()]);
    await page.locator('main input[name=name]').fill(name);
    await Promise.all([page.waitForNavigation(), page.locator(
        'main form:has(input[name=name]) button[type=submit]').click()]);
    const text = await page.locator('main').innerHTML();
    const [, link] = text.match(/(https:[^"<>\s]+\/feed\/[0-9a-f]{32}\.csv)/)
        ?? [];
    ok(link, `${name}: the page says the URL of the new link`, text.slice(0, 500));
    await page.goto(url('/feeds'));
    const list = await page.locator('main').innerText();
    ok(list.includes(name), '  and lists it');
    ok(!(await page.content()).includes(link.match(/[0-9a-f]{32}/)[0]),
        '  without the token, from then on');
    return link;
}

browse(async (browser) => {
    const state = await logged_in(browser);
    const context = await visitor(browser, { state, acceptDownloads: true });
    const page = await context.newPage();
    const all = await screens(browser, state);
    const path_of = (name) => all.filter((s) => s.name === name)[0].path;
    const report = { lists: [] };
    let n = 0;
    for (const where of ['/leads', '/leads?q=sales',
        '/leads?engagement=comment', '/leads?q=nobodyhasthisname',
        `/leads?from=${config.past}&to=${config.past}`,
        `/day/${config.today}`, `/people?since=${config.past}`,
        path_of('a person'), path_of('a post')]) {
        const names = await shown(page, where);
        // Where nothing is shown there is nothing to be saved.
        report.lists.push({ where, names, files: names.length === 0 ? null
            : await files(context, page, where, n++) });
    }
    none(faults(context).filter((f) => !/^failed: .*as=csv/.test(f)),
        'nothing goes wrong');
    report.feed = await feed(page, '/leads?q=sales', 'Sales people');
    report.empty = await feed(page, '/feeds?q=nobodyhasthisname', 'Nobody');
    report.revoked = await feed(page, '/leads', 'To be revoked');
    await page.goto(url('/feeds'));
    await Promise.all([page.waitForNavigation(), page.locator('main form button')
        .filter({ hasText: 'To be revoked' }).click()]);
    ok(!(await page.locator('main .timeline').innerText())
        .includes('To be revoked'), 'revoked: no longer listed');
    none(faults(context), 'and nothing goes wrong');
    await context.close();
    say({ report });
});
