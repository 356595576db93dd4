#!/usr/bin/perl
# Through nginx, to workers on a socket: deploy/nginx/leadsheet.conf.
use strict;
use warnings;
use Doors;
use Nginx;
use Test::More;

check_door(nginx_workers());
done_testing();
