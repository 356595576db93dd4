#!/usr/bin/perl
# Whatever happens to the index, deleted, damaged, of another time or another
# program: duplicates are still found, new deliveries are kept, and the index
# is again what the journal makes.  SEED=7: other damage; LONG=1: more of it.
use strict;
use warnings;
use Checker;
use Digest::SHA qw(sha256_hex);
use File::Copy qw(copy);
use Leadsheet;
use Test::More;
use Door;

my $seed = $ENV{SEED} // 1;
srand $seed;
note("SEED=$seed");

# A home whose index has most of its keys in the file and the last few in its
# -wal; old/ has the file as it was half way.
sub make {
    my ($count, $then, $now) = @_;
    my @ids = map { join '-', unpack 'A8A4A4A4A12', sha256_hex($_) }
        1 .. $count;
    my $home = template(sub {
        my ($home) = @_;
        my $worker = door($home, 'worker');
        for my $n (1 .. $count) {
            $worker->(delivery($ids[$n - 1], 1))->{status} == 200
                or die "not kept\n";
            next if $n != $then && $n != $now;
            my $said = `sqlite3 '$home/main/index.sqlite' \\
                'PRAGMA wal_checkpoint(TRUNCATE)' 2>&1`;
            $said eq "0|0|0\n" or die "no checkpoint: $said\n";
            next if $n != $then;
            mkdir "$home/main/old";
            copy("$home/main/index.sqlite", "$home/main/old/index.sqlite");
        }
    });
    return ($home, @ids);
}

my ($template, @ids) = make(306, 150, 300);

# In place, as the file may be open: these bytes there, and no others.
sub put_at {
    my ($path, $at, $bytes) = @_;
    open my $f, '+<:raw', $path or die "$path: $!\n";
    seek $f, $at, 0;
    print $f $bytes;
    close $f or die "$path: $!\n";
}

sub noise { return pack 'C*', map { int rand 256 } 1 .. $_[0] }

sub sql {
    my ($path, $sql) = @_;
    system('sqlite3', $path, $sql) == 0 or die "sqlite3: $sql\n";
}

sub old { return $_[0] =~ s{([^/]*)\z}{old/$1}r }

# What is done to one file, its path given.
my @harm = (
    ['is deleted', sub { unlink $_[0] }],
    ['is emptied', sub { truncate $_[0], 0 }],
    ['is zeroed', sub { put_at($_[0], 0, "\0" x -s $_[0]) }],
    ['is random', sub { put_at($_[0], 0, noise(-s $_[0])) }],
    ['has a random header', sub { put_at($_[0], 0, noise(64)) }],
    ['has a random page in the middle', sub {
        put_at($_[0], (-s $_[0]) / 8192 << 12, noise(4096)) }],
    ['has a random end', sub { put_at($_[0], -64 + -s $_[0], noise(64)) }],
    ['has noise in every page', sub {
        my $pages = (-s $_[0]) >> 12;
        put_at($_[0], $_ * 4096, noise(100)) for 0 .. $pages - 1 }],
    ['is cut in the middle', sub { truncate $_[0], (-s $_[0]) >> 1 }],
    ['is cut to whole pages', sub {
        truncate $_[0], (-s $_[0]) / 8192 << 12 }],
    ['lacks its last byte', sub { truncate $_[0], -1 + -s $_[0] }],
    ['is a text', sub { spew($_[0], "no index\n" x 999) }],
    ['is another file, a text', sub {
        unlink $_[0];
        spew($_[0], "no index\n") }],
);

# What is done to all of it, the index's path given.  weak: nothing is lost,
# but rows come twice: HACKING's known weaknesses.
my @damages = (
    (map { my $suffix = $_; map { my ($name, $how) = @$_;
        ["index.sqlite$suffix $name", sub { $how->("$_[0]$suffix") }]
        } @harm } '', '-wal', '-shm', '-recent'),
    ['all of it is deleted', sub { unlink glob "$_[0]*" }],
    ['-wal and -shm are deleted', sub { unlink "$_[0]-wal", "$_[0]-shm" }],
    ['an older copy is put back', sub {
        unlink "$_[0]-wal", "$_[0]-shm";
        copy(old($_[0]), $_[0]) }],
    ['an older copy is put back by rename', sub {
        unlink "$_[0]-wal", "$_[0]-shm";
        rename old($_[0]), $_[0] }],
    ['an older copy is put back, a newer -wal and -shm stay', sub {
        copy(old($_[0]), $_[0]) }, weak => 1],
    ['an older copy is put back, a newer -wal stays', sub {
        unlink "$_[0]-shm";
        copy(old($_[0]), $_[0]) }, weak => 1],
    ['an older copy is put back by rename, a newer -wal stays', sub {
        rename old($_[0]), $_[0] }, weak => 1],
    ['it has a newer schema', sub { sql($_[0], 'PRAGMA user_version=99') },
        aside => 1],
    ['it has no table of ids', sub { sql($_[0], 'DROP TABLE ids') },
        aside => 1],
    ['its tables have other columns', sub {
        # What is noted beside it would do without them for a while.
        unlink "$_[0]-recent";
        sql($_[0], 'DROP TABLE sheets; CREATE TABLE sheets(day)') },
        aside => 1],
    ['its rows of sheets are gone', sub {
        sql($_[0], 'DELETE FROM sheets') }],
    ['its rows of segments and ids are gone', sub {
        sql($_[0], 'DELETE FROM segments; DELETE FROM ids') }],
    ['it is another application\'s database', sub {
        unlink glob "$_[0]*";
        sql($_[0], 'CREATE TABLE x(y); INSERT INTO x VALUES(1)') },
        aside => 1],
    ['it is another one that has our version', sub {
        unlink glob "$_[0]*";
        sql($_[0], 'CREATE TABLE x(y); PRAGMA user_version=1') },
        aside => 1],
    ['it is an empty database', sub {
        unlink glob "$_[0]*";
        sql($_[0], 'VACUUM') }],
);

# Deliver; where the worker is gone or it says 503, again, as the sender does;
# then a new one may be there already.
sub again {
    my ($home, $door, $way, $body) = @_;
    my $r = eval { $$door->($body) };
    return $r if $r && $r->{status} == 200;
    undef $$door;
    $$door = door($home, $way);
    return { %{$$door->($body)}, again => 1 };
}

# What is wrong after that damage: sentences; and what was doubled.
sub wrong {
    my ($home, $way, $damage, @known) = @_;
    my $path = "$home/main/index.sqlite";
    my $door = door($home, $way);
    my (@bad, @doubled);
    if ($way eq 'worker') {
        push @known, 'before-by-a-worker';
        $door->(delivery($known[-1], 1));
    }
    my %kept = map { $_ => 1 } @known;
    $damage->($path);
    my $try = sub {
        my ($door, $way, $id) = @_;
        my $r = again($home, $door, $way, delivery($id, 1));
        my $said = $r->{json}{status} // "$r->{status} $r->{log}";
        my $new = !$kept{$id};
        $kept{$id} = 1;
        return if $said eq ($new ? 'stored' : 'duplicate')
            || $said eq 'duplicate' && $r->{again};
        push @bad, "$id: $said" if $r->{status} != 200;
        push @doubled, $id if $r->{status} == 200;
    };
    # By turns, where there is a worker: it and the other way in.
    my $other = door($home, 'CGI');
    $other = $door if $way eq 'user';
    for my $id ('new-delivery-a', @known[map { $_ * 25 } 0 .. 11],
        'new-delivery-b', $known[-1], 'new-delivery-c') {
        $try->(\$door, $way, $id);
        $try->(\$other, 'CGI', $id) if $way eq 'worker';
    }
    return (\@bad, \@doubled, \%kept);
}

for my $way (qw(CGI worker)) {
    for (@damages) {
        my ($name, $damage, %o) = @$_;
        my $home = copy_of($template);
        my ($bad, $doubled, $kept) = wrong($home, $way, $damage, @ids);
        my @bad = @$bad;
        if ($o{weak}) {
            my %rows;
            $rows{$_->{delivery_id}}++ for map { @{read_csv($_)} }
                @{sheets($home)};
            push @bad, grep { !$rows{$_} } keys %$kept;
            is_deeply(\@bad, [], "$way: $name: nothing is lost");
            note(@$doubled . ' came twice');
            next;
        }
        push @bad, map { "stored again: $_" } @$doubled;
        # Whoever comes next, with nobody at work, brings it up to date.
        push @bad, 'the next one is not stored'
            if cgi($home, body => delivery('the-next-one', 1))->{status} != 200;
        push @bad, violations($home, keys_only => 1,
            kept => { %$kept, 'the-next-one' => 1 });
        push @bad, 'it is not set aside'
            if $o{aside} && !-e "$home/main/index.sqlite.damaged-1";
        is_deeply(\@bad, [], "$way: $name");
    }
}

# What is set aside is somebody's, byte for byte.
for my $journal (qw(DELETE WAL)) {
    my $home = copy_of($template);
    my $path = "$home/main/index.sqlite";
    unlink glob "$path*";
    sql($path, "PRAGMA journal_mode=$journal; CREATE TABLE x(y);"
        . 'INSERT INTO x VALUES(1)');
    my $theirs = slurp($path);
    is(cgi($home, body => delivery('beside', 1))->{status}, 200,
        "another application's database ($journal)");
    is(slurp("$path.damaged-1"), $theirs, '  is set aside untouched');
}

# A mode that shuts out an ordinary user.
{
    my $home = copy_of($template);
    my $door = door($home, 'user');
    chmod 0, "$home/main/index.sqlite";
    is($door->(delivery($ids[0], 1))->{json}{status}, 'duplicate',
        'an index of mode 000: duplicates are found');
    is($door->(delivery('new', 1))->{json}{status}, 'stored',
        '  and new ones are stored');
    ok(-e "$home/main/index.sqlite.damaged-1", '  it is set aside');
}

# Single bytes, anywhere: SQLite has no checksums, so a key that reads as
# another one may come twice.  Nothing may be lost, and nothing may stay broken.
my ($small, @few) = make(60, 30, 57);
my ($runs, $twice, @lost) = ($ENV{LONG} ? 400 : 40, 0);
for my $run (1 .. $runs) {
    my $home = copy_of($small);
    my $path = "$home/main/index.sqlite" . ($run % 4 ? '' : '-wal');
    my $at = int rand -s $path;
    put_at($path, $at, chr(ord(substr slurp($path), $at, 1) ^ 1 << rand 8));
    my $door = door($home, 'worker');
    my (%rows, @bad);
    for my $id ('new-one', @few, 'new-two') {
        my $r = again($home, \$door, 'worker', delivery($id, 1));
        push @bad, "$id $r->{status} $r->{log}" if $r->{status} != 200;
    }
    $rows{$_->{delivery_id}}++ for map { @{read_csv($_)} } @{sheets($home)};
    push @bad, "no row of $_" for grep { !$rows{$_} } @few, qw(new-one
        new-two);
    push @lost, map { "$path $at: $_" } @bad;
    my @more = grep { $rows{$_} > 1 } keys %rows;
    $twice++ if @more;
    note("bit at $at of $path: twice: @more") if @more;
    system 'rm', '-rf', $home;
}
is_deeply(\@lost, [], "one bit of $runs indexes is wrong: nothing is lost, "
    . "in $twice something came twice");

done_testing();
