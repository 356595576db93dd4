#!/usr/bin/perl
# The bundle on shared hosts: Apache with the bundle's own .htaccess files.
use strict;
use warnings;
use Doors;
use Leadsheet;
use SharedHost;
use Test::More;

my $n = 0;
sub fresh {
    return '{"delivery_id":"shared-' . ++$n . '","event":"lead.enriched",'
        . '"data":{"leads":[{"full_name":"Jane Private"}]}}';
}

for (['mod_fcgid', qw(mpm_event cgid fcgid)], ['mod_cgid', qw(mpm_event cgid)],
    ['mod_cgi', qw(mpm_prefork cgi)]) {
    my ($has, @modules) = @$_;
    my $fcgid = $has eq 'mod_fcgid';
    my $site = shared_host(name => "a host with $has", modules => \@modules,
        hangs => $fcgid);
    check_door($site);

    # The folder's own files are not handed out, by whatever name.
    my $name = $site->{name};
    for my $path (qw(/.htaccess /leadsheet.cgi /leadsheet.fcgi /leadsheet
        /leadsheet.cgi/main /leadsheet.fcgi/main/ /.ht /health/../.htaccess)) {
        my $r = $site->ask('', method => 'GET', path => $path);
        like("$r->{status} " . ($r->{json}{error} // ''),
            qr/\A(?:404 not_found|403 )\z/, "$name: no file $path");
    }
    my $r = $site->ask('', method => 'GET', path => '/main');
    like("$r->{status} $r->{json}{message}", qr/\A405 This is a leadsheet/,
        "$name: a person reads what it is");
    $r = $site->ask('', method => 'GET', path => '/health');
    is("$r->{status} $r->{json}{status}", '200 ok', '  and whether it is well');

    # What it keeps belongs to the customer, and to nobody else.
    my $owner = (stat $site->{web})[4];
    is_deeply([grep { (stat)[4] != $owner || (stat)[2] & 07 }
        glob "$site->{home}/main/*"], [], '  all of it is the customer\'s');

    # Which door a delivery comes by.
    my $small = fresh();
    $site->ask($small);
    my ($large) = deliveries(5, 1, 300);
    is($site->ask($large)->{json}{leads}, 300,
        "$name: what mod_fcgid refuses is taken");
    my $ways = sub {
        return join ' ', map {
            my ($id) = /"delivery_id": *"([^"]+)"/;
            my ($line) = slurp($site->{log}) =~ /^(.*id=\Q$id\E .*)$/m;
            !$line ? 'none' : $line =~ /mod_fcgid/ ? 'FastCGI' : 'CGI';
        } $small, $large;
    };
    wait_for(sub { $ways->() !~ /none/ });
    is($ways->(), $fcgid ? 'FastCGI CGI' : 'CGI CGI', '  each by its door');

    # Put into the web folder by mistake, it is not handed out.
    system('cp', '-a', "$site->{you}/leadsheet", $site->{web}) == 0
        or die "cp failed\n";
    $site->{prefix} = '/leadsheet';
    for my $path (qw(/home/main/secret /leadsheet.conf.example /home/
        /leadsheet.fcgi / /home/main/journal/)) {
        $r = $site->ask('', method => 'GET', path => $path);
        is($r->{status}, 403, "$name: no $path in the web folder");
    }
    $site->{prefix} = '/leads';

    # Not allowed to run: the sender is told to try again.
    chmod 0644, $site->{program};
    $site->{reload}->($site);
    like($site->ask(fresh())->{status}, qr/\A50[03]\z/,
        "$name: a program without the right to be run: to be sent again");
    $r = $site->ask((deliveries(6, 1, 10000))[0]);
    is("$r->{status} " . ($r->{json}{error} // $r->{content}),
        '503 not_set_up', '  and a large one: 503, with what to do');
    chmod 0755, $site->{program};
}

done_testing();
