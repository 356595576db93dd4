#!/usr/bin/perl
# The page with nothing but a keyboard: see t/page/keyboard.js.
use strict;
use warnings;
use Browser;
use Leadsheet;
use Page;
use Test::More;

today();
browse('keyboard', page_config(page_site()));
stop_all();
done_testing();
