#!/usr/bin/perl
# Through Apache's mod_proxy_fcgi, to workers on a socket:
# deploy/apache/leadsheet-proxy.conf.
use strict;
use warnings;
use Apache;
use Doors;
use Test::More;

check_door(apache_proxy());
done_testing();
