#!/usr/bin/perl
# See run.
use strict;
use warnings;
use Leadsheet;
use Load;
use Peers;
use Process;
use Table;
use Time::HiRes qw(sleep);
use Worker;

my $leads = $ENV{LEADS} // 10_000;

# As deployed, with what the workers of one server share: one of them, after a
# few hundred deliveries.
my $file = bodies(1, 400);
my %workers = (leadsheet => qr/leadsheet\.fcgi/, 'php-fpm' => qr/php-fpm/,
    gunicorn => qr/gunicorn/, uwsgi => qr/uwsgi/, node => qr/receive\.js/);
my @names = ('leadsheet', 'php-fpm', 'uwsgi', 'gunicorn', 'node');
my %idle;
for my $name (@names) {
    my $p = start_peer($name);
    load($p->{port}, $file, seconds => 10);
    my @pids = descendants($workers{$name});
    die "no worker of $name\n" unless @pids;
    push @{$idle{$name}}, map { pss($_) } @pids;
    stop_all();
}
table('Memory (PSS) of an idle worker, as deployed, MiB',
    '%.2f', 'less', ['leadsheet', $idle{leadsheet}, 3],
    map { [$_, $idle{$_}] } @names[1 .. $#names]);

my ($body) = deliveries(17, 1, $leads);
my $size = length($body) / (1 << 20);
my (@before, @after, @peak);
for my $n (1 .. runs()) {
    my $home = home();
    my $pid = worker($home);
    my $small = ask($home, (deliveries($n, 1, 1))[0]);
    push @before, pss($pid);
    my $r = ask($home, $body);
    die "not kept: $r->{log}" if $small->{status} != 200
        || $r->{status} != 200;
    push @peak, peak($pid);
    sleep 1;
    push @after, pss($pid);
    stop_worker($pid);
    check_store($home);
}
my $ratio = sub { my ($of, $by) = @_;
    return [map { $of->[$_] / $by->[$_] } 0 .. $#$of] };
my $what = sprintf 'One worker alone, and %d leads (%.1f MiB)', $leads, $size;
table("$what: PSS, MiB", '%.2f', 'less',
    ['leadsheet, a second later', \@after], ['leadsheet, before', \@before,
    1.5]);
table("$what: the most it had (VmHWM), by the body's size", '%.1f', 'less',
    ['leadsheet', $ratio->(\@peak, [($size) x @peak]), 12]);
