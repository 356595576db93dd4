// The whole way with nothing but a keyboard: what has the focus is always seen,
// and it goes in the order of the page.
'use strict';

const fs = require('fs');
const path = require('path');
const { config, ok, is, none, browse, visitor, faults, url }
    = require('./browser.js');

// What has the focus, and how one sees that.
const focus = (page) => page.evaluate(() => {
    const e = document.activeElement;
    if (!e || e === document.body)
        return null;
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    return { what: e.outerHTML.slice(0, 100), text: e.innerText ?? '',
        href: e.getAttribute('href') ?? '', name: e.getAttribute('name') ?? '',
        tag: e.localName, type: e.type ?? '',
        outline: style.outlineStyle !== 'none'
            && parseFloat(style.outlineWidth) >= 2,
        inside: box.bottom > 0 && box.top < innerHeight && box.width > 0,
        // Nothing else lies over it (WCAG 2.2, focus not obscured).
        seen: (() => {
            const at = document.elementFromPoint(
                Math.max(1, box.left + Math.min(box.width / 2, 20)),
                Math.min(innerHeight - 1, Math.max(1, box.top + box.height / 2)));
            return at !== null && (e.contains(at) || at.contains(e));
        })() };
});

const marks = [];

// Are the pixels around what has the focus others than without it?  The next
// Tab goes on from there all the same.
async function differs(page) {
    const clip = await page.evaluate(() => {
        window.marked = document.activeElement;
        const b = window.marked.getBoundingClientRect();
        return { x: Math.max(0, b.x - 6), y: Math.max(0, b.y - 6),
            width: b.width + 12, height: b.height + 12 };
    });
    const picture = () => page.screenshot({ clip, caret: 'hide',
        animations: 'disabled' });
    const with_it = await picture();
    await page.evaluate(() => window.marked.blur());
    return !with_it.equals(await picture());
}

// Press Tab until what is wanted has the focus; of each on the way it is noted
// what is wrong with it.
async function tab_to(page, name, wanted) {
    for (let i = 0; i < 200; i++) {
        await page.keyboard.press('Tab');
        const now = await focus(page);
        if (now === null)
            continue;
        // The calendar in a day's field is the browser's own, and so is its
        // mark: the field itself has none then.
        if (now.type === 'date')
            now.outline = true;
        if (!now.outline || !now.inside || !now.seen)
            marks.push({ name, ...now });
        if (wanted(now))
            return ok(true, `${name}: Tab gets there`);
    }
    return ok(false, `${name}: Tab gets there`, page.url());
}

// Enter, and the page that follows.
const enter = (page) => Promise.all([page.waitForNavigation(),
    page.keyboard.press('Enter')]);

// All that Tab comes to, once around, is in the order of the page.
async function order(page, name) {
    await page.reload();
    const marked = [];
    for (let i = 0; i < 400; i++) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate(() => {
            const e = document.activeElement;
            return e && e !== document.body
                ? [...document.querySelectorAll('*')].indexOf(e) : -1;
        });
        // A day's field has its parts: it has the focus several times.
        if (at < 0 || at === marked[0] && marked.some((m) => m !== at))
            break;
        marked.push(at);
    }
    const falls = marked.filter((at, i) => i > 0 && at < marked[i - 1]);
    none(falls, `${name}: the focus goes in the order of the page`);
    const lacking = await page.evaluate((marked) => [...document
        .querySelectorAll('a[href], button, input:not([type=hidden]), select, '
            + 'textarea, summary')].filter((e) => e.checkVisibility()
            && !marked.includes([...document.querySelectorAll('*')].indexOf(e))
            // A bar of the chart is in the table below it as well.
            && !(e.closest('svg') && [...document.querySelectorAll('table a')]
                .some((a) => a.getAttribute('href') === e.getAttribute('href'))))
        .map((e) => e.outerHTML.slice(0, 100)), marked);
    none(lacking, `${name}: it comes to everything that can be used`);
    const odd = await page.evaluate(() => [...document.querySelectorAll(
        '[tabindex]:not([tabindex="0"]):not([tabindex="-1"]), [accesskey]')]
        .map((e) => e.outerHTML.slice(0, 100)));
    none(odd, `${name}: and has no order of its own`);
}

async function pixels(page, name) {
    ok(await differs(page), `${name}: the focus can be seen`);
}

async function walk(browser, o) {
    const name = `${o.width} px, ${o.dark ? 'dark' : 'light'}`;
    const context = await visitor(browser, { ...o, acceptDownloads: true });
    const page = await context.newPage();
    await page.goto(url('/leads'));
    await tab_to(page, `${name}: login`, (f) => f.tag === 'input'
        && f.type !== 'password');
    await page.keyboard.type('anna');
    await tab_to(page, `${name}: password`, (f) => f.type === 'password');
    await pixels(page, `${name}: the password`);
    await page.focus('input[type=password]');
    await page.keyboard.type(config.password);
    await enter(page);
    is(new URL(page.url()).pathname, new URL(url('/leads')).pathname,
        `${name}: logged in`);

    await page.keyboard.press('Tab');
    ok((await focus(page)).href.startsWith('#'),
        `${name}: first one can skip to the content`);
    await pixels(page, `${name}: to skip`);
    await page.reload();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    ok(await page.evaluate(() => document.activeElement.closest('main')
        !== null), '  and the next Tab is in it');

    await page.reload();
    // The filters may be folded away.
    const folded = !await page.locator('main input[name=q]').isVisible();
    if (folded) {
        await tab_to(page, `${name}: the filters`, (f) => f.tag === 'summary');
        await page.keyboard.press('Enter');
        ok(await page.locator('main input[name=q]').isVisible(),
            `${name}: Enter unfolds them`);
    }
    await tab_to(page, `${name}: words`, (f) => f.name === 'q');
    await page.keyboard.type('sales');
    await enter(page);
    is(new URL(page.url()).searchParams.get('q'), 'sales',
        `${name}: searched`);

    await page.goto(url('/leads'));
    await tab_to(page, `${name}: older`, (f) => /[?&]before=/.test(f.href));
    await enter(page);
    ok(/before=/.test(page.url()), `${name}: paged on`);

    await tab_to(page, `${name}: a person`, (f) => /\/person\//.test(f.href));
    const wanted = (await focus(page)).text;
    await pixels(page, `${name}: a person`);
    await page.evaluate(() => window.marked.focus());
    await enter(page);
    is(await page.locator('h1').innerText(), wanted.trim(),
        `${name}: that person`);

    await tab_to(page, `${name}: download`, (f) => /as=csv/.test(f.href));
    const [download] = await Promise.all([page.waitForEvent('download'),
        page.keyboard.press('Enter')]);
    const file = path.join(config.dir, `${o.width}.csv`);
    await download.saveAs(file);
    ok(fs.readFileSync(file, 'utf8').includes(wanted.trim().slice(0, 12)),
        `${name}: downloaded`);

    for (const screen of o.screens) {
        await page.goto(url(screen));
        await order(page, `${name}: ${screen}`);
    }
    // A download is no page: what was asked for then ends without one.
    none(faults(context).filter((f) => !/^failed: .*as=csv/.test(f)),
        `${name}: nothing goes wrong`);
    await context.close();
}

browse(async (browser) => {
    await walk(browser, { width: 1280, screens: ['/', '/days', '/people',
        '/feeds'] });
    await walk(browser, { width: 390, dark: true, screens: ['/leads?q=sales'] });
    none(marks, 'whatever has the focus is marked, and in sight');
});
