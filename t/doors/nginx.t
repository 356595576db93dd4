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
done_testing();
