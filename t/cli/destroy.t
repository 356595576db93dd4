#!/usr/bin/perl
# No command destroys what it was not asked to.  Commands, options and arguments
# are those that the program itself tells of, so that a new one can't be left
# out: it fails here until it is said what it is.  Every path that a command
# takes is pointed at every file and directory of a home, and the home compared
# byte for byte.
use strict;
use warnings;
use Checker;
use File::Find qw(find);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Leadsheet;
use Test::More;

my $dir = tempdir('leadsheet-XXXXXX', TMPDIR => 1, CLEANUP => 1);
chmod 0755, $dir;
my $home = "$dir/home";
my $today = today();
my $url = 'http://127.0.0.1:' . free_port() . '/leads/main'; # nobody is there

# A home with two days in its journal, an edited sheet and its second part, an
# endpoint that is switched off and one that was deleted, and things of others.
sub fill {
    my ($at) = @_;
    for (['d1', '-2d'], ['d2', '-2d'], ['d3', '+0'], ['d4', '+0']) {
        my ($id, $offset) = @$_;
        my $r = cgi($at, body => delivery($id, 2), wrap => ['faketime', '-f',
            $offset], env => { NO_FAKE_STAT => 1 });
        BAIL_OUT("not kept: $r->{log}") if $r->{status} != 200;
    }
    cgi($at, body => delivery('t', 1, '"test":true,'));
    my $sheet = "$at/main/sheets/leads-$today.csv";
    spew($sheet, slurp($sheet) =~ s/Private/Mister/r);
    cgi($at, body => delivery('d5', 1));
    spew("$at/main/journal/$today.torn-1", '{"received":');
    make_path(map { "$at/$_" } qw(main/sheets/replaced main/cursors off/journal
        page exports photos/journal photos/main empty main/odd));
    spew("$at/main/sheets/replaced/leads-$today.csv", 'old');
    spew("$at/main/sheets/mine.ods", 'mine');
    spew("$at/$_", $_) for qw(main/notes.txt main/odd/x off/disabled
        off/secret page/users.json page/index photos/x.jpg
        photos/journal/2026-11-23.md photos/main/x exports/x.csv
        november.csv .hidden relay-crm.secret chat.json chat.url exports/key
        main/cursors/relay-crm main/cursors/relay-crm.attempts);
    spew("$at/leadsheet.conf", slurp("$at/leadsheet.conf")
        . "[digest]\nsendmail = /bin/true\n[relay chat]\n"
        . "template = chat.json\nurl_file = $at/chat.url\n"
        . "secret_file = exports/../exports/key\n");
    chmod 0600, "$at/off/secret";
    return;
}
leadsheet($home, ['init']);
spew("$home/main/secret", secret() . "\n");
chmod 0600, "$home/main/secret";
leadsheet($home, ['endpoint', 'add', 'old']);
leadsheet($home, ['endpoint', 'delete', 'old', '-y']);
fill($home);
# Others: one made by hand, without settings; and what is none.
my $other = "$dir/other";
rename home(), $other or die "rename: $!\n";
cgi($other, body => delivery('o', 1));
make_path("$dir/etc/nginx", "$dir/etc/main", "$other/page");
spew("$other/page/users.json", 'x');
spew("$dir/etc/$_", $_) for qw(passwd hosts nginx/nginx.conf main/main.cf);
symlink "$home/main", "$dir/to-main";
symlink "$home/main/secret", "$dir/to-secret.csv";
symlink "$home/main/journal/new.csv", "$dir/to-nothing.csv";

# All that is below $dir: type, mode, content, and of a file its time.  A reader
# of SQLite's takes part in its -shm.
sub look {
    my ($times) = @_;
    my %is;
    find({ no_chdir => 1, wanted => sub {
        return if $_ eq $dir || /-shm$/;
        my @s = lstat or return;
        my $name = substr $_, length "$dir/";
        $is{$name} = sprintf '%o ', $s[2];
        my $is_link = -l $_;
        $is{$name} .= $is_link ? readlink : -f $_ ? slurp($_) : '';
        $is{$name} .= " $s[9]" if $times && !$is_link && -f $_;
    } }, $dir);
    return \%is;
}

# The names of what isn't the same.
sub differences {
    my ($was, $is) = @_;
    my %all = (%$was, %$is);
    return sort grep { ($was->{$_} // '') ne ($is->{$_} // '') } keys %all;
}

my $was = look(1);
my $pristine = tempdir(CLEANUP => 1);
system('cp', '-a', "$dir/.", $pristine) == 0 or die "cp failed\n";
sub restore {
    system('rm', '-rf', glob "$dir/* $dir/.[a-z]*");
    system('cp', '-a', "$pristine/.", $dir) == 0 or die "cp failed\n";
    return;
}

# What the program takes.
my $help = leadsheet($home, ['--help'])->{out};
my @commands = ($help =~ /^  (\w+) {2,}\S/mg, 'complete');
my (%options, %arguments);
for my $command (@commands) {
    my $told = leadsheet($home, [$command, '--help'])->{out};
    $arguments{$command} = $told =~ /^usage: leadsheet $command(?: \[OPTION\]\.\.\.)?(.*)$/m
        ? $1 : die "no usage of $command\n";
    $options{$command}{$1} = $2 // ''
        while $told =~ /^  (?:-\w, )?--([\w-]+)(?: (\S+))? {2,}\S/mg;
}
cmp_ok(scalar @commands, '>=', 13, 'the commands are found');
ok(exists $options{export}{output}, '  and their options');

# By the word that it is shown with: is it a path?
my %is_path = map { $_ => 1 } qw(FILE DIR);
my %is_none = map { $_ => 1 } '', 'A,B,...', qw(NAME TEXT WHOM DAY FORMAT FIELD=VALUE URL N
    KIND ID TIME URN WORD - add list enable disable delete --keep user feed
    password remove WHICH WHO NUMBER ADDRESS), 'NAME,...', 'ADDRESS,...';
# How a command is run with it, and what becomes of the path: "reads", "writes",
# "keeps" (a folder), or "home".  A new one belongs here.
my %paths = (
    'export --every-day' => ['keeps', 'export', '--endpoint', 'main',
        '--format', 'csv', '--every-day'],
    'export --output' => ['writes', 'export', '--endpoint', 'main',
        '--output'],
    'people --output' => ['writes', 'people', '--endpoint', 'main',
        '--output'],
    'send FILE' => ['reads', 'send', '--endpoint', 'main', '--url', $url],
    'send --secret-file' => ['reads', 'send', '--test', '--url', $url,
        '--secret-file'],
    'replay --secret-file' => ['reads', 'replay', $today, '--endpoint', 'main',
        '--url', $url, '--secret-file'],
    'check --server-conf' => ['reads', 'check', '--quick', '--server-conf'],
    map({ ("$_ --home" => ['home']) } @commands),
);
my %seen;
for my $command (@commands) {
    for my $word (split /[\s\[\]|]+|\.\.\./, $arguments{$command}) {
        ok($is_path{$word} || $is_none{$word},
            "it is known what $word is ($command)");
        $seen{"$command $word"} = 1 if $is_path{$word};
    }
    for my $option (sort keys %{$options{$command}}) {
        my $word = $options{$command}{$option};
        ok($is_path{$word} || $is_none{$word},
            "it is known what $word of --$option is ($command)");
        $seen{"$command --$option"} = 1 if $is_path{$word};
    }
}
is_deeply([sort keys %seen], [sort keys %paths],
    'every path that a command takes is tried here');

# Every file and directory, a new name in each directory, and other ways there.
my @files = grep { $_ ne 'to-nothing.csv' } sort keys %$was;
my @dirs = grep { $was->{$_} =~ /^4\d{4} / } @files;
my @new = map { ("$_/new.csv", "$_/new") } @dirs;
my @roundabout = ("home/exports/../main/journal/$today.jsonl",
    "home/main/../main/./secret", "home//main//sheets/new.csv",
    'home/main/secret/', 'home/main/journal/', 'home/main/new/',
    "to-main/journal/$today.jsonl", 'to-main/new.csv', 'to-secret.csv',
    'home/leadsheet.conf', 'other/leadsheet.conf', 'etc/secret',
    'etc/relay-x.secret', 'home/photos/../chat.json',
    'home/page/new.csv', 'home/nowhere/new.csv', 'other/page/new.csv');

# Run, and compare: only these names may have changed.
sub unchanged {
    my ($name, $arguments, %o) = @_;
    my $r = leadsheet($o{home} // $home, $arguments, stdin => 'x' x 40 . "\n",
        env => { no_proxy => '*', %{$o{env} // {}} }, %{$o{how} // {}});
    my @changed = grep { !$o{but} || $_ !~ $o{but} } differences($was, look(1));
    is_deeply(\@changed, [], "$name changes nothing of the rest");
    restore() if @changed;
    return $r;
}

# What may be written: nothing that is leadsheet's, and no directory.
sub may_be_written {
    my ($name) = @_;
    return 0 if $name =~ m{/$|^home/nowhere/|(?:^|/)(?:secret|leadsheet\.conf)$};
    return 0 if $name =~ m{(?:^|/)relay-\w+\.secret$}
        || $name =~ m{^home/(?:chat\.json|chat\.url|exports/key)$};
    return 0 if -d "$dir/$name";
    return 0 if $name =~ m{^(?:other/(?:main|page)|to-main)/|^to-secret};
    return $name !~ m{^home/(?:main|off|page|old\.deleted-1)/|^home/.*\.\./|//|/\./};
}

for my $path (grep { $paths{$_}[0] eq 'reads' } sort keys %paths) {
    my (undef, @command) = @{$paths{$path}};
    unchanged("$path $_", [@command, "$dir/$_"])
        for @files, 'home/nowhere', 'home/main/';
}

# Written files: all at once where nothing may change, each where one does.
my ($refused, $written) = (0, 0);
for my $path (grep { $paths{$_}[0] eq 'writes' } sort keys %paths) {
    my (undef, @command) = @{$paths{$path}};
    for my $name (@files, @new, @roundabout) {
        my $may = may_be_written($name);
        my $says = "$path $name";
        # A format that is told, as most of these names have no ending of one.
        my @format = $name =~ /\.(?:csv|jsonl)$/ ? () : ('--format', 'csv');
        my $r = unchanged($says, [@command, "$dir/$name", @format],
            but => $may && qr/^\Q$name\E$/);
        if ($may) {
            is($r->{exit}, 0, '  and is written') or diag($r->{err});
            ok(-s "$dir/$name" && slurp("$dir/$name") =~ /received_at|first_seen/,
                '  there');
            restore();
            $written++;
        } else {
            my $is_dir = $name =~ m{/$|^home/nowhere} || -d "$dir/$name";
            $is_dir ? cmp_ok($r->{exit}, '>', 0, '  and fails')
                : is($r->{exit}, 64, '  and is refused with 64');
            like($r->{err}, qr/^leadsheet \w+: [^\n]*another place\n\z/,
                '  in a sentence with what to do');
            is($r->{out}, '', '  and nothing else');
            $refused++;
        }
    }
    # From within, by a relative path.
    for (['home/main/journal', "$today.jsonl"], ['home/main', 'new.csv'],
        ['home/main/sheets', "../journal/$today.jsonl"],
        ['home/photos', '../main/secret'], ['etc', '../to-main/lock'],
        ['home/main/odd', './x']) {
        my ($at, $name) = @$_;
        my $r = unchanged("$path $name in $at", [@command, $name, '--format',
            'csv'], how => { wrap => ['sh', '-c', 'cd "$0" && exec "$@"',
            "$dir/$at"] });
        is($r->{exit}, 64, '  and is refused');
    }
    # Another home than the one in use, and the reverse.
    for (["$dir/other", 'home/main/sheets/new.csv'],
        ["$dir/other", "home/main/journal/$today.jsonl"],
        [$home, "other/main/journal/$today.jsonl"],
        [$home, 'other/main/new.csv']) {
        my ($in, $name) = @$_;
        my $r = unchanged("$path $name from " . ($in =~ s{.*/}{}r),
            [@command, "$dir/$name", '--format', 'csv'], home => $in);
        is($r->{exit}, 64, '  and is refused');
    }
    # A link that leads nowhere is a name like another.
    unchanged("$path to-nothing.csv", [@command, "$dir/to-nothing.csv"],
        but => qr/^to-nothing\.csv$/);
    restore();
}
cmp_ok($refused, '>', 50, "$refused places are refused");
cmp_ok($written, '>', 15, "and $written are written");

# A folder: not in the home, nor in an endpoint of another, nor in a file's place;
# elsewhere it gets its own files, and all else in it stays.
my ($kept, $not) = (0, 0);
for my $path (grep { $paths{$_}[0] eq 'keeps' } sort keys %paths) {
    my (undef, @command) = @{$paths{$path}};
    for my $name (@files, @new, @roundabout) {
        my $may = $name !~ m{^(?:home|to-main)(?:/|$)|^other/(?:main|page)(?:/|$)}
            && $name !~ m{(?:^|/)(?:secret|relay-x\.secret|leadsheet\.conf)$}
            && (!-e "$dir/$name" || -d "$dir/$name");
        my $own = qr{/(?:\.leadsheet-days(?:/\w+)?|leads-[\d-]+\.csv)};
        my $r = unchanged("$path $name", [@command, "$dir/$name"],
            but => $may && qr{^\Q$name\E(?:$own)?$});
        if ($may) {
            is($r->{exit}, 0, '  and it is kept') or diag($r->{err});
            like(join(' ', glob "$dir/$name/*"), qr/leads-$today\.csv/,
                '  with its files');
            restore();
            $kept++;
        } else {
            like($r->{exit}, qr/^(?:64|74)$/, '  and is refused');
            like($r->{err}, qr/^leadsheet \w+: [^\n]*(?:another place|move it away)\n\z/,
                '  in a sentence with what to do');
            $not++;
        }
    }
}
cmp_ok($not, '>', 50, "$not places for a folder are refused");
cmp_ok($kept, '>', 5, "and $kept are kept");

SKIP: {
    skip 'strace can\'t trace here', 2
        if system('strace -o /dev/null true 2>/dev/null') != 0;
    my $trace = tempdir(CLEANUP => 1) . '/trace';
    my $r = leadsheet($home, ['export', '--endpoint', 'main', '-o',
        "$home/main/x.csv"], wrap => ['strace', '-f', '-o', $trace, '-e',
        'trace=openat']);
    is($r->{exit}, 64, 'a place in an endpoint');
    unlike(slurp($trace), qr/\.jsonl"|main.index"|\.part-/,
        '  is refused before anything is read or made');
}

# --home: each command at its worst, at what is no home.
my %worst = (
    init => [['init']],
    endpoint => [map({ ['endpoint', 'delete', $_, '--purge', '-y'] }
        qw(main photos nginx sheets journal)), ['endpoint', 'add', 'new'],
        ['endpoint', 'disable', 'main'], ['endpoint', 'list']],
    secret => [['secret', 'main']],
    send => [['send', '--test', '--url', $url]],
    check => [['check', '--quick']],
    status => [['status']],
    tail => [['tail']],
    export => [['export']],
    people => [['people']],
    page => [['page', 'user', 'add', 'anna'], ['page', 'user', 'remove', 'anna'],
        ['page', 'feed', 'add'], ['page', 'feed', 'remove', 'abcdef012345']],
    digest => [['digest', '--to', 'a@b.example'], ['digest', '--print']],
    relay => [['relay', '--once'], ['relay', 'chat', '--skip'],
        ['relay', 'chat', '--make-secret']],
    find => [['find', 'x']],
    rebuild => [['rebuild']],
    replay => [['replay', $today, '--url', $url]],
    forget => [['forget', 'urn-of-nobody', '--yes'], ['forget', '--resume']],
    prune => [['prune', '--keep', '1d', '--yes']],
    complete => [['complete', '--', 'tail', '']],
);
is_deeply([sort keys %worst], [sort @commands], 'every command is tried');
for my $name (grep { !/^(?:home|other|home\/empty)$|^to-/ } @files, 'nowhere',
    'home/main/new', 'home/main/journal/new', 'home/page/new') {
    for my $command (@commands) {
        next if $command eq 'init' && $name eq 'nowhere';
        for my $arguments (@{$worst{$command}}) {
            my $r = unchanged("--home $name @$arguments",
                ['--home', "$dir/$name", @$arguments]);
            if ($command eq 'complete') {
                is($r->{out}, '', '  and offers nothing');
            } else {
                like($r->{exit}, $command eq 'init' ? qr/^(?:64|73)$/
                    : qr/^78$/, '  and is refused') or diag($r->{err});
            }
        }
    }
}
my $new = unchanged('--home home/empty init', ['--home', "$home/empty",
    'init'], but => qr{^home/empty/});
is($new->{exit}, 0, '  an empty directory becomes a home');

# In a home: what each may change, and no more; times don't count, as it may
# write the same again.
sub changes {
    my ($name, $arguments, $may, %o) = @_;
    restore();
    my $before = look(0);
    my $r = leadsheet($home, $arguments, stdin => 'x' x 40 . "\n",
        env => { no_proxy => '*' });
    is($r->{exit}, $o{exit} // 0, "$name: exit " . ($o{exit} // 0))
        or diag($r->{err});
    my @changed = map { s{^home/}{}r } differences($before, look(0));
    is_deeply([grep { $_ !~ $may } @changed], [], '  it changes no more than '
        . 'it should');
    cmp_ok(scalar @changed, '>', 0, '  and does what it should')
        unless $o{nothing};
    return ($before, look(0), $r);
}
my $store = qr{^main/(?:index|lock)$};
my $old = ago(2);
my $nothing = qr/^\z/;
changes(@$_, nothing => 1) for
    ['init in a home', ['init'], $nothing],
    ['endpoint list', ['endpoint', 'list'], $nothing],
    ['status', ['status'], $nothing],
    ['export', ['export', '--endpoint', 'main'], $nothing],
    ['people', ['people', '--endpoint', 'main'], $nothing],
    ['find', ['find', 'd1-1'], $nothing],
    ['forget --dry-run', ['forget', 'd1-1', '--dry-run'], $nothing],
    ['prune --dry-run', ['prune', '--keep', '1d', '--dry-run'], $nothing];
changes('check', ['check', 'main'], $nothing, nothing => 1, exit => 78);
changes('endpoint add', ['endpoint', 'add', 'new'], qr{^new(?:/journal)?$});
changes('endpoint disable', ['endpoint', 'disable', 'main'],
    qr{^main/disabled$});
changes('endpoint enable', ['endpoint', 'enable', 'off'], qr{^off/disabled$});
changes('digest', ['digest', '--to', 'a@b.example'], qr{^(?:main|off)/cursors(?:/digest(?:\.lock)?)?$});
changes('secret', ['secret', 'main'], qr{^main/(?:secret|retired)$});
my ($before, $after) = changes('rebuild', ['rebuild', '--endpoint', 'main'],
    qr{$store|^main/sheets/(?:leads|test)-|^main/sheets/replaced/|^main/journal/[\d-]+\.jsonl$});
is_deeply([grep { /sheets\/replaced/ && $before->{$_} ne ($after->{$_} // '') }
    keys %$before], [], '  and what it replaced before is there');
changes('forget', ['forget', 'd1-1', '--yes', '--endpoint', 'main'],
    qr{$store|^main/sheets/(?:leads|test)-[\d-]+\.csv$|^main/journal/[\d-]+\.jsonl$});
changes('prune', ['prune', '--keep', '1d', '--yes', '--endpoint', 'main'],
    qr{$store|^main/(?:sheets|journal)/(?:(?:leads|test)-)?$old});
($before, $after) = changes('endpoint delete', ['endpoint', 'delete', 'main',
    '-y'], qr{^main(?:/|$)|^main\.deleted-1(?:/|$)});
is_deeply({ map { m{^home/main\.deleted-1/(.*)} && $1 ne 'lock'
    ? ($1 => $after->{$_}) : () } keys %$after },
    { map { m{^home/main/(.*)} && $1 ne 'lock'
    ? ($1 => $before->{$_}) : () } keys %$before }, '  all of it is aside');
($before, $after) = changes('endpoint delete --purge', ['endpoint', 'delete',
    'main', '--purge', '-y'], qr{^main(?:/|$)|^main\.deleted-1(?:/|$)});
is_deeply([sort grep { m{^home/main} } keys %$after],
    [map { "home/main.deleted-1$_" } '', qw(/notes.txt /odd /odd/x)],
    '  what others made is aside, and no more');
is($after->{"home/main.deleted-1/$_"}, $before->{"home/main/$_"}, '  as it was')
    for qw(notes.txt odd/x);

done_testing();
