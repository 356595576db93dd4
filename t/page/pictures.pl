#!/usr/bin/perl
# The pictures that t/page/pictures makes, into a folder.
use strict;
use warnings;
use Browser;
use File::Path qw(make_path);
use Cwd qw(abs_path);
use Leadsheet;
use Page;
use Test::More;

my ($folder) = @ARGV or die "usage: sh t/page/pictures [FOLDER]\n";
make_path($folder);
my $site = page_site(home => page_demo());
browse('pictures', page_config($site), folder => abs_path($folder));
stop_all();
done_testing();
