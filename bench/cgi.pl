#!/usr/bin/perl
# See run.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use Load;
use Peers;
use Table;

# The program without a shared library, as a host of web sites would run it.
sub build_static {
    my $dir = builddir() . '/static';
    my $said = `sh '@{[srcdir()]}/deploy/local/build' '$dir' \\
        cgi/leadsheet.fcgi --enable-static 2>&1`;
    die $said if $?;
    return "$dir/cgi/leadsheet.fcgi";
}

my $static = build_static();
my $is_static = `ldd '$static' 2>&1` =~ /statically|not a dynamic/;
my @static = ('leadsheet_cgi', program => $static,
    label => 'leadsheet' . ($is_static ? ', static' : ''));
my @peers = ([\@static],
    [['leadsheet_cgi', label => 'leadsheet, shared libraries']],
    [['receive.php', sync => 1, label => 'php-cgi'], 0.2],
    [['receive.py', sync => 1, label => 'Python'], 0.1],
    [['receive.pl', sync => 1, label => 'Perl']]);

my $count = int(50 * seconds()) || 1;
my $file = bodies(1, 2000 * seconds());

# Each request a process, as a web server starts it, but without the server;
# milliseconds of CPU and by the clock, for one.
sub one_by_one {
    my ($name, %o) = @_;
    local $ENV{LEADSHEET_HOME} = home();
    local $ENV{LEADS_DIR} = tempdir(CLEANUP => 1);
    local $ENV{LEADS_SECRET} = secret();
    local $ENV{LEADS_SYNC} = 1;
    seen($ENV{LEADS_DIR});
    my $program = $name eq 'leadsheet_cgi' ? $o{program} // program()
        : srcdir() . "/bench/peers/$name";
    my $out = `python3 '@{[srcdir()]}/bench/cgi.py' '$file' $count '$program'`;
    die "cgi.py failed\n" if $?;
    my @sheets = glob "$ENV{LEADSHEET_HOME}/main/sheets/leads-*.csv "
        . "$ENV{LEADS_DIR}/*.csv";
    check_rows($name, \@sheets, 1, ids($file, $count));
    return split ' ', $out;
}

my (%cpu, %clock);
for my $n (1 .. runs()) {
    for (@peers) {
        my ($cpu, $clock) = one_by_one(@{$_->[0]});
        push @{$cpu{label($_->[0])}}, $cpu;
        push @{$clock{label($_->[0])}}, $clock;
    }
}
my $runs = runs() > 1 ? runs() . " runs of $count" : "a run of $count";
table("Plain CGI: CPU time a request, ms; $runs", '%.2f', 'less',
    map { [label($_->[0]), $cpu{label($_->[0])}, $_->[1]] } @peers);
table("Plain CGI: a request by the clock, ms; $runs", '%.2f', 'less',
    map { [label($_->[0]), $clock{label($_->[0])}] } @peers);

my %results = rounds($file, 1, [map { $_->[0] } @peers], connections => 8);
table('Plain CGI: requests a second through nginx and fcgiwrap, 8 connections; '
    . how_long(), '%.0f', 'more', map { [label($_->[0]),
    column(\%results, $_->[0], 'rate')] } @peers);
