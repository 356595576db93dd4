#!/usr/bin/perl
# Through Apache's mod_fcgid, which starts the workers itself:
# deploy/apache/leadsheet-fcgid.conf.
use strict;
use warnings;
use Apache;
use Doors;
use Test::More;

check_door(apache_fcgid());

# It has two limits.
my $site = apache_fcgid(limit => ['LimitRequestBody',
    'LimitRequestBody 17825792', 'LimitRequestBody 1048576']);
$site->{start}->($site);
check_limits($site);
done_testing();
