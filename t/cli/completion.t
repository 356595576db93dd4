#!/usr/bin/perl
# bash completion, as bash asks for it: deploy/completion/leadsheet is sourced
# and its function called with COMP_WORDS set.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $home = home();
mkdir "$home/$_" for qw(newsletter photos);
spew("$home/newsletter/secret", '');
mkdir "$home/main/journal";
spew("$home/main/journal/$_.jsonl", '')
    for qw(2026-11-22 2026-11-23 2026-11-23-2 2025-01-01);
spew("$home/leadsheet.conf", "[relay crm]\n[relay chat]\nurl = x\n");
leadsheet($home, [qw(page user add), $_]) for qw(anna ben);
my $user = tempdir(CLEANUP => 1);
symlink $home, "$user/leads";

my $help = leadsheet($home, ['--help'])->{out};
my @commands = $help =~ /^  (\w+) {2,}\w/mg;

# What bash would have after these words, the last one being typed.
sub offered {
    my @words = ('leadsheet', @_);
    local %ENV = (PATH => $ENV{PATH}, HOME => $user, LC_ALL => 'C.UTF-8',
        LEADSHEET_HOME => $home, program => builddir() . '/cli/leadsheet',
        completion => srcdir() . '/deploy/completion/leadsheet');
    open my $bash, '-|', 'bash', '-c', <<'END', 'bash', @words
        set -u
        . "$completion"
        compopt() { echo "compopt $2"; }
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        IFS=aes
        _leadsheet "$program"
        printf '%s\n' "${COMPREPLY[@]}"
END
        or die "bash: $!\n";
    chomp(my @offered = <$bash>);
    close $bash;
    return [grep { length } @offered];
}

my @cases = (
    [['sta'], ['status'], 'a command'],
    [['page', ''], ['user', 'feed'], 'what of the page'],
    [['page', 'user', 'pass'], ['password'], 'what with it'],
    [['page', 'user', 'remove', ''], ['anna', 'ben'], 'a user of the page'],
    [['page', 'feed', 'remove', ''], [], 'a feed is not known'],
    [[''], [@commands, 'help'], 'every command that --help has'],
    [['compl'], [], 'not the one that no person types'],
    [['help', 'sta'], ['status'], 'a command behind help'],
    [['--h'], ['--home', '--help'], 'the options of all'],
    [['status', '--j'], ['--json'], 'an option of the command'],
    [['--json', 'init', '--j'], [], 'not that of another'],
    [['secret', '--r'], ['--rotate', '--retire'], 'two of them'],
    [['relay', ''], ['crm', 'chat'], 'a relay, not an endpoint'],
    [['relay', 'ch'], ['chat'], '  by its first letters'],
    [['relay', 'crm', '--re'], ['--resume'], '  and what to do with it'],
    [['digest', '--a'], ['--again'], 'an option of the digest'],
    [['digest', '--endpoint', 'main,n'], ['main,newsletter'],
        'its endpoints'],
    [['endpoint', ''], [qw(add list enable disable delete)],
        'the actions of endpoint'],
    [['endpoint', 'd'], [qw(disable delete)], 'those that fit'],
    [['endpoint', 'enable', ''], [qw(main newsletter)], 'and the names'],
    [['endpoint', 'enable', 'n'], ['newsletter'], 'the one that fits'],
    [['endpoint', 'add', ''], [], 'nobody knows a new one'],
    [['endpoint', 'list', ''], [], 'a list takes none'],
    [['endpoint', '--yes', 'delete', 'm'], ['main'], 'an option between'],
    [['tail', 'm'], ['main'], 'a name'],
    [['tail', 'main', ''], [], 'one only'],
    [['status', 'main', 'n'], ['newsletter'], 'as many as one likes'],
    [['tail', '-n', ''], [], 'nothing for a number'],
    [['tail', '-n', '3', 'm'], ['main'], 'behind a number'],
    [['--home', '/nonexistent', 'tail', ''], [], 'names of that home'],
    [['--home', '=', '/nonexistent', 'tail', ''], [],
        'a = that bash takes apart'],
    [['--home', '=', $home, 'tail', 'm'], ['main'], 'the same, a home'],
    [['--home', '~/leads', 'tail', 'm'], ['main'], 'a home below ~'],
    [['tail', '--', 'm'], ['main'], 'behind --'],
    [['tail', '--', '--j'], [], 'no option behind --'],
    [['frobnicate', ''], [@commands, 'help'],
        'a command that is none is no obstacle'],
    [['tail', '*'], [], 'a * is no pattern'],
    [['export', '--endpoint', 'n'], ['newsletter'], 'an endpoint'],
    [['export', '--endpoint', 'main,n'], ['main,newsletter'],
        'one more of a list'],
    [['export', '--only', 'full_'], ['full_name', 'compopt nospace'],
        'a field'],
    [['export', '--only=endp'], ['endpoint', 'compopt nospace'],
        'a field behind a ='],
    [['export', '--endpoint', 'all', '--from', '2025'], ['2025-01-01'],
        'days of several endpoints'],
);
for my $case (@cases) {
    my ($words, $expected, $name) = @$case;
    is_deeply([sort @{offered(@$words)}], [sort @$expected],
        "$name: leadsheet @$words");
}

# What commands of others want, by the words of their help.
my ($days) = grep {
    leadsheet($home, [$_, '--help'])->{out} =~ /^usage: .*\bDAY/m } @commands;
SKIP: {
    skip 'no command takes a DAY yet', 2 unless $days;
    is_deeply([sort @{offered($days, '202')}],
        [qw(2025-01-01 2026-11-22 2026-11-23)], "the days that are kept")
        if !glob "$home/newsletter/journal";
    is_deeply(offered($days, 'y'), ['yesterday'], '  and their names');
}
my ($columns) = grep {
    leadsheet($home, [$_, '--help'])->{out} =~ /^ +--columns /m } @commands;
SKIP: {
    skip 'no command takes --columns yet', 3 unless $columns;
    is_deeply([grep { !/compopt/ } @{offered($columns, '--columns', 'urn,ful')}],
        ['urn,full_name'], 'columns in a list');
    is_deeply([grep { !/compopt/ } @{offered($columns, '--columns', '=',
        'urn,ful')}], ['urn,full_name'], '  behind a = too');
    like(join(' ', @{offered($columns, '--columns', 'u')}), qr/nospace/,
        '  and a comma can follow');
}

# Readers that have a cursor.
mkdir "$home/main/cursors" or die "$!\n";
spew("$home/main/cursors/$_", '') for qw(hubspot hubspot.lock crm Crm
    digest digest.lock relay-crm relay-crm.attempts);
is_deeply([sort @{offered('export', '--new', '')}], [qw(crm hubspot)],
    'the names that were given before');
is_deeply(offered('export', '--endpoint', 'newsletter', '--new', ''), [],
    '  of that endpoint');

# Profiles: ours, and those of leadsheet.conf.
spew("$home/leadsheet.conf", "[profile my-crm]\ncolumn = Name full_name\n");
is_deeply([sort @{offered('export', '--profile', '')}],
    [qw(google-contacts hubspot list my-crm pipedrive salesforce)],
    'every profile that there is');
is_deeply(offered('export', '--profile', '=', 'my'), ['my-crm'],
    '  behind a = too');
unlink "$home/leadsheet.conf";
is_deeply(offered('export', '--profile', 'm'), [], '  and no other');

# Where there is no home at all, words are offered and nobody complains.
is_deeply([split /\n/, leadsheet('/nonexistent',
    ['complete', '--', 'endpoint', 'e'])->{out}], ['enable'], 'without a home');
my $r = leadsheet($home, ['complete', '--', 'tail', '']);
is($r->{err}, '', 'nothing on stderr');
is($r->{exit}, 0, 'exit 0');
is(leadsheet('/nonexistent', ['complete', '--', 'tail', ''])->{err}, '',
    '  whatever there is');
like(slurp(srcdir() . '/deploy/completion/leadsheet'),
    qr/^complete .*-F _leadsheet leadsheet$/m, 'it is registered');

done_testing();
