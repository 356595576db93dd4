#!/usr/bin/perl
# The page through Apache as plain CGI: deploy/apache/leadsheet-page-cgi.conf; in a
# folder with .htaccess; and by suEXEC.
use strict;
use warnings;
use Apache;
use Leadsheet;
use PageDoors;
use Test::More;

my $site = page_cgi();
$site->{start}->($site);
check_page($site);
check_name($site, \&PageDoors::apache_asks);
stop_all();

$site = page_htaccess();
$site->{start}->($site);
check_page($site);
# By the program's own name it is the same page.
like(browse($site, '/leadsheet-page.cgi')->{status}, qr/\A30/,
    "$site->{name}: by its program's name");
is(browse($site, '/leadsheet-page.cgi/login')->{status}, 200, '  it answers');
unlike(browse($site, '/.htaccess')->{content}, qr/RewriteRule/,
    '  and no file of the folder is handed out');
stop_all();

SKIP: {
    skip no_suexec(), 1 if no_suexec();
    $site = page_suexec();
    $site->{start}->($site);
    check_page($site);
}
done_testing();
