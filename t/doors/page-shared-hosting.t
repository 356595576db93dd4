#!/usr/bin/perl
# The page of the bundle on shared hosts: Apache with the bundle's own .htaccess,
# and its README's steps without a shell.
use strict;
use warnings;
use Leadsheet;
use PageDoors;
use SharedHost;
use Test::More;

for (['mod_cgid', qw(mpm_event cgid)], ['mod_fcgid', qw(mpm_event cgid fcgid)]) {
    my ($has, @modules) = @$_;
    my $site = shared_host(name => "a host with $has", modules => \@modules,
        page_prefix => '/page', cli => "$^X");
    my $name = $site->{name};
    $site->{belongs} = sub {
        my $owner = join ':', (stat $site->{web})[4, 5];
        system('chown', '-R', $owner, "$site->{home}/page");
    };
    $site->{start}->($site);
    my $readers = "$site->{home}/page/readers";

    # Nobody has been let in yet.
    ok(lead_of($site, 'Jane Private'), "$name: a delivery comes");
    my $r = browse($site, '/');
    is($r->{status}, 503, "$name: before there are readers: 503");
    like($r->{content}, qr/readers/, '  it says which file to make');
    unlike($r->{content}, qr/Private/, '  and shows nothing');

    # Step 2, as the file manager of a host's panel does it.
    my ($line) = slurp(srcdir() . '/deploy/shared-hosting/README')
        =~ /^ +(anna   \S+)$/m;
    ok($line, 'the README has the line to write') or next;
    spew($readers, ($line =~ s/\S+$/$PASSWORD/r) . "\r\n");
    chmod 0600, $readers;
    $site->{belongs}->();
    like(browse($site, '/')->{status}, qr/\A30/, "$name: step 3: there is a login");
    my $now = slurp($readers);
    unlike($now, qr/\Q$PASSWORD\E/, '  the password stands there no more');
    like($now, qr/^anna +\$y\$\S+\r?\n\z/, '  but its hash');
    is((stat $readers)[2] & 0777, 0600, '    for the customer only');
    is((stat $readers)[4], (stat $site->{web})[4], '    whose it is');

    check_page($site);

    # The folder's own files are not handed out.
    for my $path (qw(/.htaccess /leadsheet-page.cgi/.htaccess /x/../.htaccess)) {
        unlike(browse($site, $path)->{content}, qr/Rewrite|folder=/,
            "$name: no file $path");
    }
    is((stat $_)[2] & 07, 0, "$name: nobody else may look into $_")
        for glob "$site->{home}/page $site->{home}/page/*";

    # A new password is written over the old one; who has gone is out at once.
    log_in($site, 'anna');
    is(browse($site, '/', jar => 'anna')->{status}, 200, "$name: anna is in");
    spew($readers, "anna another-password-of-hers\n");
    $site->{belongs}->();
    like(browse($site, '/', jar => 'anna')->{status}, qr/\A30/,
        '  with a new password she has to log in again');
    is(log_in($site, 'anna', form => { name => 'anna',
        password => 'another-password-of-hers' })->{status}, 303, '  with that');
    spew($readers, "ben $PASSWORD\n");
    $site->{belongs}->();
    like(browse($site, '/', jar => 'anna')->{status}, qr/\A30/,
        '  and with her line taken away she is out');

    # The program can't be run: it says what to do, and deliveries go on.
    my $program = "$site->{you}/leadsheet/leadsheet-page.fcgi";
    chmod 0644, $program;
    $r = browse($site, '/');
    is($r->{status}, 503, "$name: without the right to be run: 503");
    like($r->{content}, qr/leadsheet-page\.fcgi can not be run/, '  with what to do');
    ok(lead_of($site, 'Jane Private'), '  and a delivery is kept');
    chmod 0755, $program;
}
done_testing();
