#!/usr/bin/perl
# The pictures that t/page/pictures makes, into a folder.
use strict;
use warnings;
use Browser;
use Encode qw(decode);
use File::Path qw(make_path);
use Cwd qw(abs_path);
use Leadsheet;
use MIME::QuotedPrint qw(decode_qp);
use Page;
use Test::More;

my ($folder) = @ARGV or die "usage: sh t/page/pictures [FOLDER]\n";
make_path($folder);
my $home = page_demo();
my $site = page_site(home => $home);
my $mail = leadsheet($home, [qw(digest --message --to you@example.org)])->{out};
my ($html) = $mail =~ m{^Content-Type: text/html.*?\n\n(.*?)\n--}ms;
browse('pictures', page_config($site), folder => abs_path($folder),
    mail => decode('UTF-8', decode_qp($html)));
stop_all();
done_testing();
