#!/usr/bin/perl
# Every screen in a real browser, 390 pixels wide: see t/page/screens.js.
use strict;
use warnings;
use Browser;
use Leadsheet;
use Page;
use Test::More;

today();
browse('screens', page_config(page_site()), width => 390);
stop_all();
done_testing();
