// Every screen at a width: light and dark, with JavaScript and without, in
// English and in German.
'use strict';

const fs = require('fs');
const { HtmlValidate } = require('html-validate');
const { config, ok, is, none, browse, visitor, faults, url, logged_in, screens }
    = require('./browser.js');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
    'best-practice'];

// Its rules for how HTML is laid out for who reads it are no concern of ours:
// what a browser makes of it is.
const html = new HtmlValidate({
    extends: ['html-validate:standard'],
    rules: { 'no-trailing-whitespace': 'off', 'long-title': 'off',
        'attr-quotes': 'off', 'void-style': 'off', 'doctype-style': 'off' },
});

// What the guidelines have against the page as it is now, a line each.
async function violations(page) {
    if (!await page.evaluate(() => 'axe' in window))
        await page.evaluate(axe);
    const { violations } = await page.evaluate((tags) => axe.run(document, {
        runOnly: { type: 'tag', values: tags },
        resultTypes: ['violations'],
    }), tags);
    return violations.flatMap((v) => v.nodes.map((n) =>
        `${v.id}: ${n.html.slice(0, 200)}: ${n.failureSummary}`));
}

// What must be so of any page, whatever it shows.
const measure = (page) => page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - window.innerWidth,
    // Whatever sticks out without making the page wider is cut off.
    out: [...document.querySelectorAll('main *')].filter((e) => {
        const box = e.getBoundingClientRect();
        if (!box.width || box.right <= window.innerWidth + 1)
            return false;
        for (let p = e.parentElement; p; p = p.parentElement)
            if (/auto|scroll/.test(getComputedStyle(p).overflowX))
                return false;
        return !e.closest('.hidden, svg, [hidden]');
    }).map((e) => e.outerHTML.slice(0, 120)).slice(0, 5),
    headings: document.querySelectorAll('h1').length,
    language: document.documentElement.lang,
    title: document.title,
    scripts: document.querySelectorAll('script').length,
    html: document.documentElement.outerHTML,
}));

async function look(context, path, name, language) {
    const page = await context.newPage();
    const response = await page.goto(url(path));
    const bytes = (await response.body()).length;
    const seen = await measure(page);
    ok(seen.wide <= 0, `${name}: nothing to scroll sideways`,
        `${seen.wide} px too wide`);
    none(seen.out, `${name}: nothing sticks out`);
    is(seen.headings, 1, `${name}: one h1`);
    is(seen.language, language, `${name}: its lang`);
    ok(/\S/.test(seen.title), `${name}: it has a title`);
    is(seen.scripts, 0, `${name}: no script`);
    ok(bytes > 0 && bytes < 50 * 1024, `${name}: under 50 KB`,
        `${bytes} bytes`);
    return { page, seen, source: await response.text() };
}

browse(async (browser) => {
    const state = await logged_in(browser);
    const all = await screens(browser, state);
    for (const german of [false, true]) {
        const language = german ? 'de' : 'en';
        // Without motion, colours are at once what they are in the end.
        const o = { width: config.width, german, reducedMotion: 'reduce' };
        for (const { name, path, stranger } of all) {
            const mine = { ...o, state: stranger ? undefined : state };
            const what = `${name}, ${language}, ${config.width} px`;
            const context = await visitor(browser, mine);
            const { page, seen, source } = await look(context, path, what,
                language);
            for (const scheme of ['light', 'dark']) {
                await page.emulateMedia({ colorScheme: scheme });
                none((await violations(page)).slice(0, 5),
                    `${what}, ${scheme}: no violation`);
            }
            none(faults(context), `${what}: nothing goes wrong`);
            if (config.width === 390)
                none((await html.validateString(source)).results.flatMap((r) =>
                    r.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: `
                        + m.message)), `${what}: the HTML is valid`);
            await context.close();

            const plain = await visitor(browser, { ...mine, script: false,
                dark: true });
            const without = await look(plain, path, `${what}, no JavaScript`,
                language);
            same(blind(without.seen.html), blind(seen.html),
                `${what}: without JavaScript it is the same`);
            none(faults(plain), `${what}, no JavaScript: nothing goes wrong`);
            await plain.close();
        }
    }
});

// Long texts are told from where they part.
function same(one, other, name) {
    let at = 0;
    while (at < one.length && one[at] === other[at])
        at++;
    ok(one === other, name, `${one.slice(at - 80, at + 80)}\n`
        + other.slice(at - 80, at + 80));
}

// Times of day go on.
function blind(html) {
    return html.replace(/\d+:\d\d/g, '-').replace(/\d+ (minute|Minute)/g, '-');
}
