// Two pictures of the page, on a laptop, light, and on a phone, dark; and one of
// the mail.
'use strict';

const path = require('path');
const { config, none, browse, visitor, faults, url, logged_in }
    = require('./browser.js');

const pictures = [
    { name: 'laptop.png', width: 1280, height: 800, path: '/leads' },
    { name: 'phone.png', width: 390, height: 780, dark: true, path: '/' },
];

browse(async (browser) => {
    const state = await logged_in(browser);
    for (const picture of pictures) {
        const context = await visitor(browser, { state, ...picture });
        const page = await context.newPage();
        await page.goto(url(picture.path));
        await page.screenshot({ path: path.join(config.folder, picture.name),
            animations: 'disabled' });
        none(faults(context), `${picture.name} is made`);
        await context.close();
    }
    const context = await visitor(browser, { width: 600, height: 664 });
    const page = await context.newPage();
    await page.setContent(config.mail);
    await page.screenshot({ path: path.join(config.folder, 'mail.png') });
    none(faults(context), 'mail.png is made');
    await context.close();
});
