#!/usr/bin/perl
# Through nginx, to workers on a socket: deploy/nginx's two files.
use strict;
use warnings;
use Doors;
use Leadsheet;
use Nginx;
use Test::More;

check_door(nginx_workers());
stop_all();

# Who has only the leadsheet.conf of before, which kept no connection and named
# the socket itself, has nothing to do.
my $before = nginx_workers(name => 'nginx with the file of before',
    upstream => undef);
$before->{replace} = {
    'fastcgi_pass leadsheet;' =>
        "fastcgi_pass unix:$before->{run}/leadsheet.sock;",
    'fastcgi_keep_conn on;' => '',
    'fastcgi_next_upstream error non_idempotent;' => '',
    'fastcgi_ignore_client_abort on;' => '',
};
$before->{start}->($before);
check_limits($before);

# And who has only half of what there is today hears of it before a reload.
my $half = nginx_workers(upstream => undef);
Nginx::configure($half);
my $said = `nginx -t -e /dev/null -p $half->{run} -c $half->{run}/nginx.conf 2>&1`;
isnt($?, 0, 'leadsheet.conf alone: nginx -t refuses it');
my ($told) = slurp(srcdir() . '/deploy/nginx/README')
    =~ /^says: (no port .*)\.$/m;
like($said, qr/\Q$told\E/, '  in the words of the README');
done_testing();
