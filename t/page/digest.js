// The morning's mail, as a browser shows its HTML: light and dark, at four
// widths, and where a mail program drops its <style>.
'use strict';

const fs = require('fs');
const { HtmlValidate } = require('html-validate');
const { config, ok, is, none, browse, visitor, faults }
    = require('./browser.js');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

// A mail has its colours in its elements.
const html = new HtmlValidate({
    extends: ['html-validate:standard'],
    rules: { 'no-trailing-whitespace': 'off', 'long-title': 'off',
        'attr-quotes': 'off', 'void-style': 'off', 'doctype-style': 'off',
        'no-inline-style': 'off', 'no-conditional-comment': 'off' },
});

async function violations(page) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate((tags) => axe.run(document, {
        runOnly: { type: 'tag', values: tags },
        resultTypes: ['violations'],
    }), tags);
    return violations.flatMap((v) => v.nodes.map((n) =>
        `${v.id}: ${n.html.slice(0, 200)}: ${n.failureSummary}`)).slice(0, 5);
}

// What must be so of any mail.
const measure = (page) => page.evaluate(() => {
    const all = [...document.body.querySelectorAll('*')];
    const boxes = all.map((e) => e.getBoundingClientRect());
    const shine = (e) => getComputedStyle(e).backgroundColor
        .match(/[\d.]+/g).slice(0, 3).reduce((sum, n) => sum + Number(n), 0);
    const sheet = document.querySelector('.sheet');
    return {
        wide: document.documentElement.scrollWidth - innerWidth,
        out: all.filter((e, i) => boxes[i].right > innerWidth + 1)
            .map((e) => e.outerHTML.slice(0, 120)).slice(0, 5),
        sheet: sheet.getBoundingClientRect().width,
        dark: shine(document.body) < 200 && shine(sheet) < 200,
        light: shine(document.body) > 600 && shine(sheet) > 600,
        active: document.querySelectorAll('script, img, link, iframe, object, '
            + 'form, input, button, svg, base').length + [...all].flatMap((e) =>
            e.getAttributeNames()).filter((name) => /^on|^src/.test(name)).length,
        links: [...document.links].map((a) => a.getAttribute('href')),
        small: [...document.querySelectorAll('a.name, a.button')].filter((a) =>
            a.getBoundingClientRect().height < 44).map((a) => a.outerHTML),
        undirected: all.filter((e) => e.closest('.who, .act, .know') === null
            ? false : e.matches('.name, .said') && e.dir !== 'auto').length,
        bad: window.bad,
        text: document.body.innerText,
    };
});

async function look(page, mail, what, { dark, width }) {
    const seen = await measure(page);
    ok(seen.wide <= 0, `${mail.name}, ${what}: nothing to scroll sideways`,
        `${seen.wide} px too wide`);
    none(seen.out, '  nothing sticks out');
    ok(seen.sheet <= Math.min(600, width), '  600 px at most', seen.sheet);
    none(await violations(page), '  no violation');
    ok(dark ? seen.dark : seen.light, `  it is ${dark ? 'dark' : 'light'}`);
    return seen;
}

function sound(mail, seen) {
    is(seen.active, 0, '  nothing active, no picture');
    is(seen.bad, undefined, '  no stranger\'s script has run');
    is(seen.undirected, 0, '  each text has its own direction');
    none(seen.small, '  links are large enough for a thumb');
    none(seen.links.filter((href) => !/^https:\/\/(www\.linkedin\.com|example\.org)\//
        .test(href)), '  links lead to where they should');
    if (mail.name === 'no names')
        ok(!/Lefèvre|Brightwave|follow-ups|linkedin/.test(mail.html)
            && /Dana Whitfield/.test(seen.text), '  names nobody, but signals');
    if (mail.name === 'strangers')
        ok(seen.text.includes('<script>bad=1</script>')
            && seen.text.includes('&lt;b&gt;'), '  text stays text');
}

browse(async (browser) => {
    for (const width of [320, 390, 600, 1280])
        for (const dark of [false, true]) {
            const context = await visitor(browser, { width, dark });
            const page = await context.newPage();
            for (const mail of config.mails) {
                const what = `${width} px, ${dark ? 'dark' : 'light'}`;
                await page.setContent(mail.html);
                sound(mail, await look(page, mail, what, { dark, width }));
                none(faults(context), '  nothing is fetched, nothing fails');
            }
            await context.close();
        }
    // Some mail programs drop all <style>.
    const context = await visitor(browser, { width: 390, dark: true });
    const page = await context.newPage();
    for (const mail of config.mails) {
        await page.setContent(mail.html.replace(/<style>[^]*?<\/style>/g, ''));
        await look(page, mail, 'without its style', { width: 390 });
        none((await html.validateString(mail.html)).results.flatMap((r) =>
            r.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: `
                + m.message)).slice(0, 5), '  the HTML is valid');
    }
    await context.close();
});
