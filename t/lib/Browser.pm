package Browser;

# A script for a real browser, t/page/NAME.js, run by Node: Chromium by
# Playwright.  Each line that it prints is a test that has passed or failed, as
# JSON; t/page/browser.js has what the scripts share.

use strict;
use warnings;
use Exporter qw(import);
use File::Temp qw(tempdir);
use JSON::PP ();
use Leadsheet;
use Test::More;

our @EXPORT = qw(browse);

# The programs that it takes, or the test is passed over.
sub wanted {
    my @lacking = grep { my $name = $_;
        !grep { -x "$_/$name" } split /:/, $ENV{PATH} } qw(node npm chromium);
    plan skip_all => "@lacking: not installed; run sh t/run" if @lacking;
    system('sh', srcdir() . '/t/page/install', builddir()) == 0
        or BAIL_OUT('the packages of Node could not be installed');
    return;
}

# Run it, and have its tests in ours.  What it is told it finds in config; the
# last thing that it said, report(), is returned.
sub browse {
    my ($script, %config) = @_;
    wanted();
    my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    my ($chromium) = grep { -x } map { "$_/chromium" } split /:/, $ENV{PATH};
    spew("$dir/config", JSON::PP->new->utf8->canonical->encode({
        chromium => $chromium, dir => $dir, patience => 1000 * PATIENCE,
        root => $> == 0 ? JSON::PP::true() : JSON::PP::false(), %config }));
    # Chromium keeps its profile in TMPDIR, and more below HOME.
    local @ENV{qw(TMPDIR HOME NODE_PATH)} = ($dir, $dir,
        builddir() . '/t/page/node_modules');
    delete local @ENV{qw(http_proxy https_proxy all_proxy HTTP_PROXY
        HTTPS_PROXY ALL_PROXY DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS)};
    my $pid = open my $p, '-|', 'node', srcdir() . "/t/page/$script.js",
        "$dir/config" or die "node: $!\n";
    my ($end, $report);
    while (my $line = <$p>) {
        my $said = eval { JSON::PP->new->utf8->decode($line) };
        if (!defined $said) { diag($line) }
        elsif (exists $said->{ok}) {
            binmode Test::More->builder->$_, ':utf8'
                for qw(output failure_output todo_output);
            ok($said->{ok}, $said->{name}) or diag($said->{why} // '');
        }
        elsif (exists $said->{report}) { $report = $said->{report} }
        elsif (exists $said->{end}) { $end = 1 }
    }
    close $p;
    my $status = $?;
    ok($end && $status == 0, "$script.js came to its end")
        or diag("it ended with $status");
    return $report;
}

1;
