// Other ways to look: twice as large and more, on paper, with a system's own
// colours, and without motion.
'use strict';

const { config, ok, is, none, browse, visitor, faults, url, logged_in, screens }
    = require('./browser.js');

// What is wider than the window, or cut off by what holds it.
const cut = (page) => page.evaluate(() => {
    const bad = [];
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth)
        bad.push(`${root.scrollWidth - innerWidth} px too wide`);
    for (const e of document.querySelectorAll('a, button, label, h1, h2, input, '
        + 'select, summary')) {
        const style = getComputedStyle(e);
        // What is there for screen readers only isn't seen anyway.
        if (style.clipPath === 'none' && e.checkVisibility()
            && style.display !== 'inline'
            && style.overflowX === 'hidden' && e.scrollWidth > e.clientWidth + 1
            && style.textOverflow !== 'ellipsis')
            bad.push(`cut off: ${e.outerHTML.slice(0, 100)}`);
    }
    return bad;
});

// 200 % of a laptop, and the 400 % of WCAG's reflow, which is 320 px.
async function larger(browser, state, all) {
    for (const factor of [2, 4]) {
        const context = await visitor(browser, { state, width: 1280 / factor,
            height: 800 / factor, deviceScaleFactor: factor });
        const page = await context.newPage();
        for (const { name, path } of all) {
            await page.goto(url(path));
            none(await cut(page), `${name} at ${factor}00 %: it fits`);
        }
        none(faults(context), `${factor}00 %: nothing goes wrong`);
        await context.close();
    }
    // Only the letters twice as large, and the distances of WCAG 1.4.12.
    const context = await visitor(browser, { state, width: 1280,
        bypassCSP: true });
    const page = await context.newPage();
    for (const { name, path } of all) {
        await page.goto(url(path));
        await page.addStyleTag({ content: ':root { font-size: 200% !important } '
            + '* { line-height: 1.5 !important; letter-spacing: .12em !important;'
            + ' word-spacing: .16em !important }' });
        none(await cut(page), `${name} with letters twice as large: it fits`);
    }
    await context.close();
}

const luminance = (css) => {
    const [r, g, b, a = 1] = css.match(/[\d.]+/g).map(Number);
    return a === 0 ? 255 : 0.3 * r + 0.6 * g + 0.1 * b;
};

async function paper(browser, state, all) {
    const context = await visitor(browser, { state, dark: true });
    const page = await context.newPage();
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    for (const { name, path } of all) {
        await page.goto(url(path));
        const seen = await page.evaluate(() => {
            const body = getComputedStyle(document.body);
            return { ground: body.backgroundColor,
                text: getComputedStyle(document.querySelector('main h1')).color,
                shown: [...document.querySelectorAll('nav, form, button, .skip')]
                    .filter((e) => e.checkVisibility())
                    .map((e) => e.outerHTML.slice(0, 100)),
                main: document.querySelector('main').innerText.length };
        });
        ok(luminance(seen.ground) > 240 && luminance(seen.text) < 80,
            `${name} on paper: dark on white`, seen);
        none(seen.shown, `${name} on paper: nothing that one can't press there`);
        ok(seen.main > 0, `${name} on paper: what it is about`);
    }
    const pdf = await page.pdf({ format: 'A4' });
    ok(pdf.subarray(0, 5).toString() === '%PDF-', 'it prints');
    none(faults(context), 'on paper: nothing goes wrong');
    await context.close();
}

// A system's own colours: what is only told by a colour of ours would be lost.
async function colours(browser, state, all) {
    const context = await visitor(browser, { state,
        forcedColors: 'active' });
    const page = await context.newPage();
    for (const { name, path } of all) {
        await page.goto(url(path));
        none(await cut(page), `${name} in a system's colours: it fits`);
        await page.keyboard.press('Tab');
        await page.keyboard.press('Tab');
        const outline = await page.evaluate(() => {
            const style = getComputedStyle(document.activeElement);
            return style.outlineStyle !== 'none'
                && parseFloat(style.outlineWidth) >= 2;
        });
        ok(outline, `${name} in a system's colours: the focus is marked`);
        const bars = await page.evaluate(() => [...document.querySelectorAll(
            'main svg .bar')].filter((e) => getComputedStyle(e).fill
                === getComputedStyle(document.body).backgroundColor).length);
        is(bars, 0, `${name} in a system's colours: bars can be seen`);
    }
    none(faults(context), 'a system\'s colours: nothing goes wrong');
    await context.close();
}

async function still(browser, state, all) {
    const context = await visitor(browser, { state, reducedMotion: 'reduce' });
    const page = await context.newPage();
    for (const { name, path } of all) {
        await page.goto(url(path));
        const moving = await page.evaluate(() => [...document.querySelectorAll(
            '*')].filter((e) => {
            const style = getComputedStyle(e);
            return style.animationName !== 'none'
                || style.transitionDuration.split(',').some((d) =>
                    parseFloat(d) > 0);
        }).map((e) => e.outerHTML.slice(0, 100)).slice(0, 5));
        none(moving, `${name} without motion: nothing moves`);
    }
    await context.close();
}

browse(async (browser) => {
    const state = await logged_in(browser);
    const all = (await screens(browser, state)).filter((s) => !s.stranger);
    await larger(browser, state, all);
    await paper(browser, state, all.filter((s) => s.name !== 'feeds'));
    await colours(browser, state, all);
    await still(browser, state, all);
});
