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
is(scalar @workers, 4, 'lighttpd has four workers');
kill 'INT', $site->{lighttpd};
ok(wait_for(sub { waitpid($site->{lighttpd}, POSIX::WNOHANG) != 0 }, 5),
    '  and stops');
is($?, 0, '  with exit 0');
ok(wait_for(sub { !grep { kill 0, $_ } @workers }, 5), '  they with it');
done_testing();
