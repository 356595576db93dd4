// What the scripts for the browser share: one Chromium a script, pages in it of
// which everything that goes wrong is noted, and tests as lines of JSON that
// t/lib/Browser.pm reads.
'use strict';

const fs = require('fs');
const { chromium } = require('playwright-core');

const config = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

// A pipe takes as much as it has room for.
function say(line) {
    let rest = Buffer.from(JSON.stringify(line) + '\n');
    while (rest.length > 0) {
        try {
            rest = rest.subarray(fs.writeSync(1, rest));
        } catch (e) {
            if (e.code !== 'EAGAIN')
                throw e;
        }
    }
}

// A test: a sentence, whether it is so, and what was seen where it isn't.
function ok(is, name, why) {
    const said = typeof why === 'string' ? why : JSON.stringify(why, null, 1);
    say({ ok: Boolean(is), name, why: is ? undefined : said?.slice(0, 4000) });
    return Boolean(is);
}
const is = (got, wanted, name) => ok(got === wanted, name,
    `     got: ${JSON.stringify(got)}\nexpected: ${JSON.stringify(wanted)}`);
const none = (list, name) => ok(list.length === 0, name, list);

// Start the browser, run what is given, and end it, whatever becomes of that.
async function browse(run) {
    const browser = await chromium.launch({
        executablePath: config.chromium,
        timeout: config.patience,
        // A container's /dev/shm may be small or not be there; root has no
        // sandbox; and nothing is looked up but this machine.
        args: ['--disable-dev-shm-usage', '--disable-gpu',
            '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
            ...(config.root ? ['--no-sandbox'] : [])],
    });
    try {
        await run(browser);
        say({ end: true });
    } catch (e) {
        // Where it stood tells more than where we were.
        const page = browser.contexts().at(-1)?.pages().at(-1);
        ok(false, 'the script goes on', `${e.stack}\n${page?.url()}\n`
            + (await page?.content().catch(() => ''))?.slice(0, 3000));
    } finally {
        await browser.close();
    }
}

// A visitor: cookies, size and tastes of their own.  width, height, dark,
// german, script (JavaScript, on unless it is false), state (of a login), and
// what Playwright takes.
async function visitor(browser, o = {}) {
    const { width = 1280, height = 800, dark, german, script, state, ...more }
        = o;
    const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
        locale: german ? 'de-DE' : 'en-GB',
        timezoneId: 'UTC',
        javaScriptEnabled: script !== false,
        storageState: state,
        ...more,
    });
    context.setDefaultTimeout(config.patience);
    context.faults = [];
    const origin = new URL(config.url).origin;
    context.on('request', (request) => {
        const url = request.url();
        if (new URL(url).origin !== origin)
            context.faults.push(`asks elsewhere: ${url}`);
    });
    context.on('requestfailed', (request) => context.faults.push(
        `failed: ${request.url()} ${request.failure()?.errorText}`));
    context.on('dialog', (dialog) => {
        context.faults.push(`dialog: ${dialog.message()}`);
        dialog.dismiss();
    });
    context.on('console', (message) => {
        // What the answer to the page itself is no fault of the page's; other
        // answers are judged below.
        if (['error', 'warning'].includes(message.type())
            && !/^Failed to load resource: .* status of /.test(message.text()))
            context.faults.push(`console: ${message.text()}`);
    });
    context.on('weberror', (error) =>
        context.faults.push(`script: ${error.error()}`));
    context.on('response', (response) => {
        const request = response.request();
        if (response.status() >= 400 && !request.isNavigationRequest())
            context.faults.push(`${response.status()}: ${response.url()}`);
    });
    if (script !== false)
        await context.addInitScript(() => {
            document.addEventListener('securitypolicyviolation', (e) =>
                console.error(`CSP ${e.violatedDirective} ${e.blockedURI}`));
        });
    return context;
}

// What went wrong since it was asked for.
function faults(context) {
    return context.faults.splice(0);
}

const url = (path) => config.url + path;

// Log in by the form, as a person does.
async function login(page, name = config.name, password = config.password) {
    await page.goto(url('/login'));
    await page.locator('input[autocomplete=username]').fill(name);
    await page.locator('input[type=password]').fill(password);
    await Promise.all([page.waitForNavigation(),
        page.locator('main form button, main form [type=submit]').click()]);
}

// The state of a visitor who is logged in, for others to begin with.
async function logged_in(browser) {
    const context = await visitor(browser);
    await login(await context.newPage());
    const state = await context.storageState();
    await context.close();
    return state;
}

// Every screen there is: its name and path, and whether strangers see it.
async function screens(browser, state) {
    const context = await visitor(browser, { state });
    const page = await context.newPage();
    await page.goto(url('/leads'));
    const first = async (what) => {
        const href = await page.locator(`main a[href*="/${what}/"]`).first()
            .getAttribute('href');
        return new URL(href, page.url()).href.slice(config.url.length);
    };
    const person = await first('person');
    const post = await first('post');
    await context.close();
    const { today, past } = config;
    return [
        { name: 'today', path: '/' },
        { name: 'days', path: '/days' },
        { name: 'a range of days', path: `/days?from=${past}&to=${today}` },
        { name: 'a day', path: `/day/${today}` },
        { name: 'leads', path: '/leads' },
        { name: 'a search', path: '/leads?q=sales&engagement=reaction' },
        { name: 'a search in vain', path: '/leads?q=nobodyhasthisname' },
        { name: 'a search that is wrong', path: '/leads?from=whenever' },
        { name: 'a person', path: person },
        { name: 'a post', path: post },
        { name: 'people', path: `/people?since=${past}` },
        { name: 'feeds', path: '/feeds' },
        { name: 'nothing there', path: '/nothing' },
        { name: 'login', path: '/login', stranger: true },
    ];
}

module.exports = { config, say, ok, is, none, browse, visitor, faults, url,
    login, logged_in, screens };
