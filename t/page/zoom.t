#!/usr/bin/perl
# Other ways to look: twice as large, on paper, with a system's own colours, and
# without motion: see t/page/zoom.js.
use strict;
use warnings;
use Browser;
use Leadsheet;
use Page;
use Test::More;

today();
browse('zoom', page_config(page_site()));
stop_all();
done_testing();
