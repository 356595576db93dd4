#!/usr/bin/perl
# Through nginx and fcgiwrap, as plain CGI: deploy/nginx/leadsheet-fcgiwrap.conf.
use strict;
use warnings;
use Doors;
use Nginx;
use Test::More;

check_door(nginx_fcgiwrap());
done_testing();
