#!/usr/bin/perl
# The page behind nginx, its workers on a socket: deploy/nginx/leadsheet-page.conf
# and page-workers, beside the receiver's.
use strict;
use warnings;
use Leadsheet;
use PageDoors;
use Test::More;

my $site = page_nginx();
$site->{start}->($site);
check_page($site);
check_apart($site);
check_name($site, \&PageDoors::nginx_asks);

# With one of the three lines only, nginx would believe whatever a browser says;
# that is why the file says "all of them", and the others do no harm alone.
my $conf = slurp(srcdir() . '/deploy/nginx/leadsheet-page.conf');
is(scalar(() = $conf =~ /^\t#(?:auth_basic|auth_basic_user_file|fastcgi_param REMOTE_USER) /mg),
    3, 'REMOTE_USER is off as the file comes, with what makes it true');
unlike($conf, qr/^\s*[^#\s].*remote_user/m, '  and nowhere else');
done_testing();
