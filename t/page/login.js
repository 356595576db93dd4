// Logging in and out, as the browser of a person does it, and that of somebody
// who lures them.
'use strict';

const fs = require('fs');
const { config, ok, is, none, browse, visitor, faults, url, login }
    = require('./browser.js');

const origin = new URL(config.url).origin;
const asked = ['/', '/days', `/day/${config.today}`, '/leads', '/leads?q=a',
    '/people', '/feeds', '/person/0123456789abcdef', '/post/0123456789abcdef',
    '/leads?as=csv', '/leads?as=jsonl'];
const at_login = (page) => page.locator('input[type=password]').isVisible();
const cookie = async (context) => (await context.cookies(config.url))
    .filter((c) => c.name === '__Host-leadsheet')[0];
const readers = (text) =>
    fs.writeFileSync(`${config.home}/page/readers`, text);

// Whoever hasn't logged in sees no lead, whatever they ask for.
async function strangers(browser) {
    const context = await visitor(browser);
    const page = await context.newPage();
    for (const path of asked) {
        await page.goto(url(path));
        ok(await at_login(page), `a stranger's ${path}: asked to log in`);
        ok(!(await page.content()).includes(config.secret),
            `  and sees nobody's name`);
    }
    none(faults(context), '  and nothing goes wrong');
    await context.close();
}

async function wrong(browser) {
    for (const german of [false, true]) {
        const context = await visitor(browser, { german });
        const page = await context.newPage();
        const said = [];
        for (const name of ['anna', 'nobody', '<b>anna</b>"\'']) {
            await login(page, name, 'not-the-password-of-anna');
            ok(await at_login(page), 'a wrong password: still outside');
            said.push(await page.locator('[role=alert]').innerText());
            is(await page.locator('input[type=password]').inputValue(), '',
                '  and the password isn\'t sent back');
        }
        is(new Set(said).size, 1, 'the same sentence for a wrong name');
        ok(german ? / falsch|stimm|nicht/i.test(said[0])
            : /wrong|not right|right/i.test(said[0]),
        '  in the visitor\'s language', said);
        is(await cookie(context), undefined, '  and no cookie');
        none(faults(context), '  and nothing goes wrong');
        await context.close();
    }
}

// One gets to what one asked for, and never to somewhere else.
async function next(browser) {
    const context = await visitor(browser);
    const page = await context.newPage();
    await page.goto(url('/leads?q=sales&engagement=comment'));
    await page.locator('input[autocomplete=username]').fill('anna');
    await page.locator('input[type=password]').fill(config.password);
    await Promise.all([page.waitForNavigation(),
        page.locator('main form button').click()]);
    const there = new URL(page.url());
    is(there.pathname, new URL(url('/leads')).pathname,
        'logged in, one is where one wanted to be');
    is(there.searchParams.get('q'), 'sales', '  with what one asked for');

    const c = await cookie(context);
    ok(c && c.httpOnly && c.secure && c.sameSite === 'Lax' && c.path === '/',
        'the cookie: HttpOnly, Secure, SameSite=Lax, Path=/', c);
    const days = (c.expires - Date.now() / 1000) / 86400;
    ok(days > 29.9 && days < 30.1, '  for 30 days', days);
    ok(!/anna.*anna|kq7dm/.test(c.value), '  without the password');

    const stranger = await visitor(browser);
    const p = await stranger.newPage();
    for (const evil of ['https://elsewhere.example/', '//elsewhere.example/',
        '/\\elsewhere.example', '/%09/elsewhere.example', 'javascript:alert(1)',
        '@elsewhere.example', '/leads\r\nSet-Cookie: hit=1']) {
        await stranger.clearCookies();
        await p.goto(url(`/login?to=${encodeURIComponent(evil)}`));
        await p.locator('input[autocomplete=username]').fill('anna');
        await p.locator('input[type=password]').fill(config.password);
        await Promise.all([p.waitForNavigation(),
            p.locator('main form button').click()]);
        is(new URL(p.url()).origin, origin,
            `to=${JSON.stringify(evil)}: logging in leads nowhere else`);
        ok(!(await stranger.cookies()).some((k) => k.name === 'hit'),
            '  and sets nothing else');
    }
    none(faults(stranger), '  and nothing goes wrong');
    await stranger.close();
    return context;
}

// A page of somebody else's, which sends forms to ours and frames it.
async function elsewhere(context) {
    const page = await context.newPage();
    await context.route('https://elsewhere.example/**', (route) =>
        route.fulfill({ contentType: 'text/html', body: `<!doctype html>
            <form method=post action="${url('/logout')}"><button>go</button></form>
            <form method=post action="${url('/feeds')}"><input name=name value=x>
            <button>make</button></form>
            <form method=post action="${url('/login')}"><input name=name value=anna>
            <input name=password value="${config.password}"><button>in</button>
            </form><iframe src="${url('/leads')}"></iframe>` }));
    for (const button of ['go', 'make', 'in']) {
        await page.goto('https://elsewhere.example/');
        const [response] = await Promise.all([
            page.waitForResponse((r) => r.request().method() === 'POST'),
            page.getByRole('button', { name: button, exact: true }).click()]);
        is(response.status(), 403, `another origin's form (${button}): refused`);
    }
    await page.goto('https://elsewhere.example/');
    const frame = page.frames().find((f) => f !== page.mainFrame());
    ok(!frame || !/^https:/.test(await frame.evaluate(() => location.href)),
        'nobody else\'s page frames ours');
    await page.goto(url('/leads'));
    ok(!await at_login(page), 'and one is still logged in');
    await context.unroute('https://elsewhere.example/**');
    faults(context);
    await page.close();
}

async function out(context) {
    const page = await context.newPage();
    await page.goto(url('/leads'));
    ok((await page.content()).includes(config.secret), 'before: leads');
    const old = await cookie(context);
    await Promise.all([page.waitForNavigation(),
        page.locator('form[action$="/logout"] button').click()]);
    is(await cookie(context), undefined, 'logged out: the cookie has gone');
    await page.goBack();
    ok(!(await page.content()).includes(config.secret),
        'Back shows nothing', page.url());
    await context.addCookies([old]);
    await page.goto(url('/leads'));
    ok(await at_login(page), 'the cookie of before opens nothing any more');
    none(faults(context), 'and nothing goes wrong');
    await context.close();
}

// A new password, or a reader who is taken away, ends what was begun.
async function revoked(browser) {
    const context = await visitor(browser);
    const page = await context.newPage();
    await login(page);
    ok(!await at_login(page), 'logged in once more');
    const before = fs.readFileSync(`${config.home}/page/readers`, 'utf8');
    ok(!before.includes(config.password),
        'the password in the file has become its hash');
    ok(/^anna\s+\$y\$/m.test(before), '  of yescrypt');
    readers('anna another-password-of-hers\n');
    await page.goto(url('/leads'));
    ok(await at_login(page), 'another password: one has to log in again');
    await login(page, 'anna', 'another-password-of-hers');
    ok(!await at_login(page), '  with that one');
    readers('ben some-password-of-ben\n');
    await page.goto(url('/leads'));
    ok(await at_login(page), 'taken away: outside');
    readers('# nobody\n');
    await page.goto(url('/leads'));
    ok(/leadsheet page user add/.test(await page.locator('main').innerText()),
        'nobody is configured: the page says how');
    ok(!(await page.content()).includes(config.secret), '  and shows nothing');
    readers(before);
    none(faults(context), 'and nothing goes wrong');
    await context.close();
}

// On this machine without HTTPS, for a trial.
async function trial(browser) {
    const context = await visitor(browser);
    const page = await context.newPage();
    await page.goto(config.http + '/leads');
    await page.locator('input[autocomplete=username]').fill('anna');
    await page.locator('input[type=password]').fill(config.password);
    await Promise.all([page.waitForNavigation(),
        page.locator('main form button').click()]);
    ok((await page.content()).includes(config.secret),
        'on 127.0.0.1 one can try it without HTTPS');
    const names = (await context.cookies()).map((c) => c.name).join();
    is(names, 'leadsheet-trial', '  with a cookie of another name');
    await page.goto(url('/leads'));
    ok(await at_login(page), '  which counts nowhere else');
    await context.close();
}

// At last, as nobody at this address gets in then.
async function limit(browser) {
    const context = await visitor(browser);
    const page = await context.newPage();
    let tries = 0;
    let status = 0;
    for (; tries < 30 && status !== 429; tries++) {
        const [response] = await Promise.all([
            page.waitForResponse((r) => r.request().method() === 'POST'),
            login(page, 'anna', `wrong ${tries}`)]);
        status = response.status();
    }
    is(status, 429, `after ${tries} wrong passwords no more are looked at`);
    ok(tries > 3, '  and not after a few', tries);
    ok(/minute/i.test(await page.locator('[role=alert]').innerText()),
        '  and it says for how long');
    await login(page);
    ok(await at_login(page), '  not even the right one');
    none(faults(context), '  and nothing goes wrong');
    await context.close();
}

browse(async (browser) => {
    await strangers(browser);
    await wrong(browser);
    const context = await next(browser);
    await elsewhere(context);
    await out(context);
    await revoked(browser);
    await trial(browser);
    await limit(browser);
});
