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

async function look(page, path, name, language) {
    const response = await page.goto(url(path));
    const bytes = (await response.body()).length;
    const seen = await measure(page);
    ok(seen.wide <= 0, `${name}: nothing to scroll sideways`,
        `${seen.wide} px too wide`);
    none(seen.out, '  nothing sticks out');
    is(seen.headings, 1, '  one h1');
    is(seen.language, language, `  lang is ${language}`);
    ok(/\S/.test(seen.title), '  it has a title');
    is(seen.scripts, 0, '  no script');
    ok(bytes > 0 && bytes < 50 * 1024, '  under 50 KB', `${bytes} bytes`);
    none(faults(page.context()), '  nothing goes wrong');
    return { seen, source: await response.text() };
}

// As a browser shows it with JavaScript; light in English, dark in German.
async function full(browser, what, all, o) {
    const language = o.german ? 'de' : 'en';
    const context = await visitor(browser, { ...o, dark: o.german });
    const page = await context.newPage();
    const htmls = [];
    for (const { name, path } of all) {
        const { seen, source } = await look(page, path, `${name}, ${what}`,
            language);
        none((await violations(page)).slice(0, 5), '  no violation');
        none((await html.validateString(source)).results.flatMap((r) =>
            r.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: `
                + m.message)), '  the HTML is valid');
        htmls.push(seen.html);
    }
    await context.close();
    return htmls;
}

// And without: as there is no script of ours, it is the same HTML, to which the
// guidelines apply alike; its shape and its colours are looked at once more.
async function plain(browser, what, all, o, htmls) {
    const language = o.german ? 'de' : 'en';
    const context = await visitor(browser, { ...o, dark: !o.german,
        script: false });
    const page = await context.newPage();
    for (const [i, { name, path }] of all.entries()) {
        const { seen } = await look(page, path,
            `${name}, ${what}, no JavaScript`, language);
        same(blind(seen.html), blind(htmls[i]),
            '  it is the same without JavaScript');
    }
    await context.close();
}

browse(async (browser) => {
    const state = await logged_in(browser);
    const every = await screens(browser, state);
    for (const german of [false, true])
        for (const stranger of [false, true]) {
            // Without motion, colours are at once what they are in the end.
            const o = { width: config.width, german, reducedMotion: 'reduce',
                state: stranger ? undefined : state };
            const what = `${config.width} px`;
            const all = every.filter((s) => Boolean(s.stranger) === stranger);
            const htmls = await full(browser, what, all, o);
            await plain(browser, what, all, o, htmls);
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

// Times go on.
function blind(html) {
    return html.replace(/<time[^>]*>[^<]*<\/time>/g, '<time>');
}
