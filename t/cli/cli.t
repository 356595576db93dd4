#!/usr/bin/perl
# The command line as a whole: dispatch, help, mistakes, output that can't be
# written, homes that can't be used.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $home = home();

# The table, as the source has it: a new command is tested with the others.
my @commands = slurp(srcdir() . '/cli/leadsheet.c') =~ /^    \{"(\w+)", "/mg;
cmp_ok(scalar @commands, '>=', 6, 'the table is found');
my @shown = grep { $_ ne 'complete' } @commands;

my $help = leadsheet($home, ['--help']);
is($help->{exit}, 0, '--help');
is($help->{err}, '', '  says nothing on stderr');
like($help->{out}, qr/^usage: leadsheet .*^example: leadsheet /ms,
    '  has a usage and an example');
like($help->{out}, qr/^  \Q$_\E {2,}\S/m, "  has a line for $_") for @shown;
unlike($help->{out}, qr/^  complete\b/m, '  none for what no person types');
for my $command (@commands) {
    my $r = leadsheet('/nonexistent', [$command, '--help']);
    is($r->{exit}, 0, "$command --help needs no home");
    like($r->{out}, qr/^usage: leadsheet $command\b.*\n\n[A-Z]/,
        '  has a usage and a sentence');
    like($r->{out}, qr/^example: .*leadsheet .*\b$command\b/m,
        '  and an example');
    like($r->{out}, qr/^  --home DIR/m, '  and the options of all');
    is_deeply([grep { length > 80 } split /\n/, $r->{out}], [],
        '  in 80 columns');
    is(leadsheet($home, ['help', $command])->{out}, $r->{out},
        "help $command says the same");
}
is(leadsheet($home, ['-h'])->{out}, $help->{out}, '-h is --help');
like(leadsheet($home, ['--version'])->{out}, qr/^leadsheet \d+\.\d+/,
    '--version');

# What stands on stderr is one line, and names a remedy.
my $etc = tempdir(CLEANUP => 1) . '/etc';
mkdir "$etc$_" for '', '/nginx';
spew("$etc/passwd", 'x');
my @mistakes = (
    ['no command', [], 64, qr/^usage: leadsheet/],
    ['an unknown one', ['sttus'], 64,
        qr/no command "sttus"; did you mean "status"\?/],
    ['one like none', ['frobnicate'], 64,
        qr/no command "frobnicate" \(see "$LEADSHEET --help"\)/],
    ['an unknown option', ['status', '--jsn'], 64,
        qr/^leadsheet status: .*--jsn; did you mean --json\?/],
    ['an unknown option before it', ['--hme', 'x', 'status'], 64,
        qr/unknown option --hme; did you mean --home\?/],
    ['an option of another command', ['init', '--json'], 64,
        qr/^leadsheet init: unknown option --json/],
    ['a value for a switch', ['status', '--json=1'], 64,
        qr/--json takes no value/],
    ['no value', ['status', '--home'], 64, qr/--home wants DIR/],
    ['too few arguments', ['endpoint'], 64, qr/something is missing: add\|list\|.*; try "$LEADSHEET endpoint --help"/],
    ['too many', ['secret', 'main', 'x'], 64, qr/it takes no "x"/],
    ['a day without an option', ['export', '2026-11-29'], 64,
        qr/days are told by --from and --to: "$LEADSHEET export --from 2026-11-29 --to 2026-11-29"/],
    ['another word', ['export', 'x'], 64, qr/it takes no "x"; try/],
    ['an unknown endpoint', ['tail', 'nope'], 64,
        qr/no endpoint nope; there is: main/],
    ['no home', ['--home', '/nonexistent', 'endpoint', 'list'], 78,
        qr{/nonexistent: No such file.*"$LEADSHEET init"}],
    ['a home that is a file', ['--home', "$home/main/secret", 'status'], 78,
        qr/secret is not a home of leadsheet/],
    ['a directory that is none', ['--home', $etc, 'status'], 78,
        qr{etc is not a home of leadsheet: .*--home or LEADSHEET_HOME.*"$LEADSHEET init"$}],
    ['none where an endpoint is asked for', ['--home', $etc, 'send',
        '--test', '--url', 'http://127.0.0.1:9/x'], 78,
        qr{etc is not a home of leadsheet}],
    ['a home with too long a path', ['--home', '/x' x 2040, 'status'], 78,
        qr/./],
);
for my $m (@mistakes) {
    my ($name, $arguments, $exit, $says) = @$m;
    my $r = leadsheet($home, $arguments);
    is($r->{exit}, $exit, "$name: exit $exit") or diag($r->{err});
    like($r->{err}, $says, '  says so');
    is($r->{out}, '', '  and nothing on stdout');
    is($r->{err} =~ tr/\n//, 1, '  in one line') if @$arguments;
}

# Where the home is: option, variable, the user's own.
{
    my $other = home();
    mkdir "$other/other";
    spew("$other/other/secret", '');
    my $user = tempdir(CLEANUP => 1);
    symlink $other, "$user/.leadsheet";
    my $list = sub { leadsheet(@_)->{out} =~ /^other /m ? 'other' : 'main' };
    is($list->($home, ['--home', $other, 'endpoint', 'list']), 'other',
        '--home before the command');
    is($list->($home, ['endpoint', 'list', "--home=$other"]), 'other',
        '--home behind it');
    is($list->($home, ['endpoint', 'list'], env => { HOME => $user }),
        'main', 'LEADSHEET_HOME is before ~/.leadsheet');
    is($list->(undef, ['endpoint', 'list'], env => { HOME => $user }),
        'other', '~/.leadsheet where there is no LEADSHEET_HOME');
    my $r = leadsheet('main', ['endpoint', 'list'], env => {
        LEADSHEET_HOME => '' , HOME => $user });
    is($r->{exit}, 0, 'an empty LEADSHEET_HOME is none');
}

# Settings that are wrong stop what writes sheets, or goes by the time zone.
for (['export', 78], ['rebuild', 78], ['replay', 78, 'today', '--url', 'http://127.0.0.1:1/'],
    ['forget', 78, '--yes', 'x'], ['prune', 78, '--keep', '1d'],
    ['endpoint', 0, 'list'], ['secret', 0, 'main'], ['status', 0]) {
    my ($command, $exit, @rest) = @$_;
    my $wrong = home("timezone = UTC\nfrobnicate = yes\n");
    my $r = leadsheet($wrong, [$command, @rest], stdin => "0123456789abcdef\n");
    is($r->{exit}, $exit, "wrong settings: $command exits $exit");
    like("$r->{err}$r->{out}" =~ s/\n +/ /gr,
        qr/leadsheet\.conf line 2: frobnicate/, '  the line')
        if $command !~ /endpoint|secret/;
    # Only those of another endpoint are wrong.
    $wrong = home("timezone = UTC\n[endpoint other]\nbom = x\n");
    $r = leadsheet($wrong, [$command, @rest], stdin => "0123456789abcdef\n");
    isnt($r->{exit}, 78, '  those of another endpoint stop nothing');
    spew("$wrong/leadsheet.conf", "[endpoint main]\nbom = x\n");
    $r = leadsheet($wrong, [$command, @rest], stdin => "0123456789abcdef\n");
    is($r->{exit}, $exit, '  its own do');
}

# On a terminal every line ends between two words, whatever its width; only a
# command, which is to be copied in one piece, may be wider.
for my $case (['--help'], ['export', '--help'], ['prune', '--help'],
    ['frobnicate'], ['send', '--frobnicate', 'x'],
    ['--home', '/nonexistent/some/where', 'status'],
    ['secret', 'main'], ['prune', '--keep', '1d'], ['endpoint', 'delete', 'main'])
{
    my $old = home();
    cgi($old, body => slurp(data('documented.json')));
    rename $_, $_ =~ s/\d{4}-\d\d-\d\d/2020-01-02/r
        for @{journal($old)};
    my %at = map {
        my $t = on_terminal($old, $case, columns => $_,
            steps => [['[y/N] ', "n\n"]]);
        $_ => $t->{out} =~ s/\e\[\d*m//gr =~ s/\r//gr;
    } 40, 79;
    my $words = join ' ', split ' ', $at{79};
    for my $columns (40) {
        is(join(' ', split ' ', $at{$columns}), $words,
            "@$case: no word is broken at $columns columns");
        is_deeply([grep { length >= $columns + 1 && !/^\W*\S*leadsheet |^example: /
                && / / } split /\n/, $at{$columns}], [],
            '  and no line is wider');
    }
}

# Output that can't be written, small and large.
for my $arguments (['--help'], ['status', '--json', ('main') x 10]) {
    my $r = leadsheet($home, $arguments, out => '/dev/full');
    is($r->{exit}, 74, "/dev/full: $arguments->[0] exits 74");
    like($r->{err}, qr/can't write all.*(?:No space left|is there room)/,
        '  and says so');
    pipe my $in, my $out or die "pipe: $!\n";
    close $in;
    $r = leadsheet($home, $arguments, out => $out);
    is($r->{exit}, 74, 'a reader that is gone: exit 74');
    is($r->{err}, '', '  and not a word');
}

SKIP: {
    skip 'only root can be another user', 12 if $> != 0;
    my $theirs = home();
    system('chown', '-R', 'nobody', $theirs);
    for my $arguments (['secret', 'main'], ['init'],
        ['endpoint', 'add', 'x'], ['endpoint', 'disable', 'main'])
    {
        my $before = `cd $theirs && ls -lR`;
        my $r = leadsheet($theirs, $arguments, stdin => 'x' x 20 . "\n");
        is($r->{exit}, 77, "root in a home of nobody's: @$arguments");
        like($r->{err}, qr/belongs to nobody; .*"(?:runuser -u nobody --|sudo -u nobody) $LEADSHEET @$arguments"/,
            '  says whose it is');
        is(`cd $theirs && ls -lR`, $before, '  and has changed nothing');
    }
}
# Whoever may only read can look.
SKIP: {
    skip 'only root can be another user', 4 if $> != 0;
    my $read = home();
    cgi($read, body => slurp(data('documented.json')));
    chmod 0750, "$read/main";
    system('chgrp', '-R', 'nogroup', $read);
    system("find $read -type f ! -name secret ! -name lock -exec chmod g+r {} +");
    my $before = `cd $read && ls -lR --time-style=full-iso main/journal \\
        main/sheets main/secret main/lock main/index`;
    my @as = ('setpriv', '--reuid=daemon', '--regid=nogroup',
        '--clear-groups');
    skip "$read is below a directory that is not for others", 4
        if system(@as, 'test', '-r', $read) != 0;
    my $r = leadsheet($read, ['status'], wrap => \@as);
    is($r->{exit}, 0, 'a member of the group: status') or diag($r->{err});
    like($r->{out}, qr/^main +on +1 today/, '  counts')
        or diag($r->{out});
    unlike($r->{out}, qr/^[!-] /m, '  and has no complaint');
    is(`cd $read && ls -lR --time-style=full-iso main/journal main/sheets \\
        main/secret main/lock main/index`, $before,
        '  nothing is written');
}

done_testing();
