#!/usr/bin/perl
# Through lighttpd, to workers that it starts itself:
# deploy/lighttpd/leadsheet-spawn.conf.
use strict;
use warnings;
use Doors;
use Leadsheet;
use Lighttpd;
use Test::More;

plan skip_all => no_lighttpd() if no_lighttpd();
my $site = lighttpd_spawn();
check_door($site);
check_lighttpd($site);

# Stopped, it takes them along.
my @workers = split ' ', `ps -o pid= --ppid $site->{lighttpd}`;
is(scalar @workers, 2, 'lighttpd has two workers');
kill 'INT', $site->{lighttpd};
is(ended($site->{lighttpd}), 0, '  and stops with exit 0');
ok(wait_for(sub { !grep { kill 0, $_ } @workers }), '  they with it');
done_testing();
