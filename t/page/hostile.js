// Screens that show what hostile deliveries have in every column, and hostile
// queries and paths: nothing of it runs, and the page holds its shape.
'use strict';

const { config, ok, is, none, browse, visitor, faults, url, logged_in }
    = require('./browser.js');

// What the page itself never has, and only a text that became HTML would.
const foreign = (origin) => {
    const bad = [];
    const tags = 'script, img, iframe, object, embed, base, style, audio, '
        + 'video, link[href^="//"], meta[http-equiv], svg image, svg use';
    for (const e of document.querySelectorAll(tags))
        bad.push(e.outerHTML.slice(0, 100));
    for (const e of document.querySelectorAll('*'))
        for (const { name, value } of e.attributes) {
            if (/^on|^style$|^autofocus$/.test(name)
                && !(name === 'autofocus' && e.matches('form[action$="/login"] *')))
                bad.push(`${name} of ${e.outerHTML.slice(0, 100)}`);
            if (name === 'action' && new URL(value, location).origin !== origin)
                bad.push(`a form to ${value}`);
        }
    for (const a of document.querySelectorAll('a[href]')) {
        const to = new URL(a.getAttribute('href'), location);
        if (!/^https?:$/.test(to.protocol))
            bad.push(`a link to ${to}`);
        if (to.origin !== origin
            && !/\bnoopener\b/.test(a.getAttribute('rel')))
            bad.push(`without rel=noopener: ${a.outerHTML.slice(0, 100)}`);
    }
    return bad;
};

async function look(page, path, name) {
    const response = await page.goto(url(path));
    const hit = await page.evaluate(() => 'hit' in window
        || document.cookie !== '');
    // What is no page a browser wraps in one of its own.
    const bad = /html/.test(response.headers()['content-type'])
        ? await page.evaluate(foreign, new URL(config.url).origin) : [];
    const wide = await page.evaluate(() =>
        document.documentElement.scrollWidth - window.innerWidth);
    const wrong = faults(page.context());
    if (hit)
        bad.push('a script ran');
    if (wide > 0)
        bad.push(`${wide} px too wide`);
    const bytes = (await response.body()).length;
    if (bytes > 50 * 1024)
        bad.push(`${bytes} bytes`);
    if (response.status() >= 500)
        bad.push(`status ${response.status()}`);
    none([...bad, ...wrong], `${name}: nothing runs, and it fits`);
    return response.status();
}

// Where the links of a page go that look so, each once.
const links = (page, like) => page.evaluate((like) => [...new Set(
    [...document.querySelectorAll('main a[href]')].map((a) => a.href)
        .filter((href) => new RegExp(like).test(href)))], like);
const below = (href) => href.slice(config.url.length);

browse(async (browser) => {
    const state = await logged_in(browser);
    const context = await visitor(browser, { state, width: 320 });
    const page = await context.newPage();

    // All that the lists lead to.
    const found = new Set();
    for (let path = '/leads'; path;) {
        is(await look(page, path, path), 200, `${path}: it is there`);
        for (const href of await links(page, '/(person|post)/|/leads\\?'))
            found.add(below(href));
        const older = (await links(page, '[?&]before=')).pop();
        path = older && below(older);
    }
    const paths = [...found].filter((p) => !/before=|as=/.test(p));
    ok(paths.filter((p) => p.startsWith('/person/')).length
        >= config.texts.length * 0.6, 'nearly each is a person', paths);
    for (const path of ['/', '/days', '/people', '/feeds',
        `/day/${config.today}`, ...paths])
        is(await look(page, path, path.slice(0, 90)), 200,
            `${path.slice(0, 90)}: it is there`);

    // What is shown is the text, letter by letter.
    await page.goto(url('/leads?q=onerror'));
    ok((await page.locator('main').innerText())
        .includes('<img src=x onerror="window.hit=1">'), 'a tag is text');
    await page.goto(url('/leads?q=lt'));
    ok((await page.locator('main').innerText()).includes('&lt;b&gt;'),
        'a reference is text');

    // And what comes in by the URL comes out as text too.
    const parts = ['q', 'from', 'to', 'since', 'before', 'endpoint', 'signal',
        'company', 'title', 'size', 'industry', 'engagement', 'as'];
    for (const text of config.texts.filter((t) => t.length < 1000)) {
        const value = encodeURIComponent(text.replace(/[\ud800-\udfff]/g, ''));
        const path = '/leads?' + parts
            .filter((p) => !/before|as|from|to|since|endpoint/.test(p))
            .map((p) => `${p}=${value}`).join('&');
        await look(page, path, path.slice(0, 80));
    }
    const script = encodeURIComponent('"><script>window.hit=1</script>');
    for (const part of parts)
        await look(page, `/leads?${part}=${script}`, `/leads?${part}=...`);
    for (const path of [`/${script}`, `/day/${script}`, `/person/${script}`,
        `/post/${script}`, `/login?to=${script}`, `/feed/${script}.csv`,
        `/leads?${script}=1`])
        await look(page, path, path);
    await context.close();
});
